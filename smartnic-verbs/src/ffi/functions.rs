//! Tables of a library's functions, found by their names when it is loaded.

/// Declares a table of functions, by names of ours, the library's, and their types.
macro_rules! functions {
    ($($field:ident = $symbol:literal: fn($($arg:ty),*) $(-> $ret:ty)?;)*) => {
        /// The functions that are used, by their own names.
        #[derive(Debug)]
        pub(super) struct Functions { $(pub(super) $field: unsafe extern "C" fn($($arg),*) $(-> $ret)?,)* }

        impl Functions {
            fn find(library: &libloading::Library) -> Result<Self, (&'static str, libloading::Error)> {
                Ok(Self {
                    $($field: {
                        // SAFETY: the type is the one that rdma-core's header declares for this function.
                        let symbol = unsafe { library.get(concat!($symbol, "\0").as_bytes()) };
                        *symbol.map_err(|error| ($symbol, error))?
                    },)*
                })
            }

            /// Functions of which none may be called, to be replaced by those of a test.
            #[cfg(test)]
            pub(super) fn none() -> Self {
                Self { $($field: {
                    unsafe extern "C" fn absent($(_: $arg),*) $(-> $ret)? {
                        // Nothing may unwind out of a function of C.
                        std::process::abort()
                    }
                    absent
                },)* }
            }
        }
    };
}
pub(super) use functions;

/// Loads a library and finds its functions; else says why that cannot be.
pub(super) fn load<F>(
    name: &str,
    find: impl FnOnce(&libloading::Library) -> Result<F, (&'static str, libloading::Error)>,
) -> Result<(F, libloading::Library), String> {
    // SAFETY: RDMA's libraries do nothing when they are loaded but set up their own data.
    let library = unsafe { libloading::Library::new(name) }.map_err(|error| error.to_string())?;
    let functions = find(&library).map_err(|(symbol, error)| format!("it has no {symbol}: {error}"))?;
    Ok((functions, library))
}
