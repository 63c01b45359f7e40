//! Compiles the C++ half of the bridge.

fn main() {
    cxx_build::bridge("src/lib.rs").std("c++17").compile("smartnic_cxx_bridge");
    println!("cargo:rerun-if-changed=src/lib.rs");
    // Where the header is that C++ programs include, for the tests.
    let out = std::env::var("OUT_DIR").expect("cargo says where");
    println!("cargo:rustc-env=SMARTNIC_CXX_INCLUDE={out}/cxxbridge/include");
}
