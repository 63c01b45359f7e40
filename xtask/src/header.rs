//! `cargo xtask header`: `smartnic.h`, and the list of the functions that the library exports.
//!
//! cbindgen is wanted by this task only, so it sits behind the feature `generators` of this crate; the task builds itself with
//! that feature when it is called.

use std::process::ExitCode;

use crate::failure::Result;

/// Compare the C header and the list of exported functions with the source of smartnic-ffi
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Compare only (this is what happens without options, too)
    #[arg(long)]
    check: bool,
    /// Write the files anew instead of comparing; a function that is gone must be taken from the list by hand, because
    /// programs may need it
    #[arg(long, conflicts_with = "check")]
    bless: bool,
}

pub(crate) fn main(args: Args) -> Result<ExitCode> {
    run(args.bless).map(|()| ExitCode::SUCCESS)
}

#[cfg(feature = "generators")]
use generate::run;

/// Builds this program with cbindgen and hands the call on to it.
#[cfg(not(feature = "generators"))]
fn run(bless: bool) -> Result<()> {
    crate::process::with_feature("header", bless)
}

#[cfg(feature = "generators")]
mod generate {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use crate::failure::{Attempt, Failure, Result};

    const HEADER: &str = "smartnic-ffi/include/smartnic.h";
    /// What the linker is told to export, and the list that the next release is held against.
    const MAP: &str = "smartnic-ffi/libsmartnic.map";

    pub(super) fn run(bless: bool) -> Result<()> {
        let root = crate::root();
        let header = header(root)?;
        let functions = functions(&header);
        let known: BTreeSet<String> =
            functions_of_map(&fs::read_to_string(root.join(MAP)).unwrap_or_default());
        let gone: Vec<&str> = known.difference(&functions).map(String::as_str).collect();
        if !gone.is_empty() {
            return Err(Failure::new(format!(
                "functions are gone that programs may need: {}. Take them out of {MAP} if no release had them.",
                gone.join(", ")
            )));
        }
        let map = map_of(&functions);
        for (file, text) in [(HEADER, &header), (MAP, &map)] {
            let path = root.join(file);
            if bless {
                fs::write(&path, text).attempt(|| format!("write {file}"))?;
            } else if fs::read_to_string(&path).ok().as_ref() != Some(text) {
                return Err(Failure::new(format!(
                    "{file} is not what the source says: cargo xtask header --bless"
                )));
            }
        }
        println!("header: {} functions, {HEADER} and {MAP} are as the source says", functions.len());
        Ok(())
    }

    fn header(root: &Path) -> Result<String> {
        let home = root.join("smartnic-ffi");
        let config = cbindgen::Config::from_file(home.join("cbindgen.toml")).map_err(Failure::new)?;
        let made = sources(&home)?.with_config(config).generate();
        let made = made.attempt(|| "write the C header".into())?;
        let mut bytes = Vec::new();
        made.write(&mut bytes);
        let header = String::from_utf8(bytes).attempt(|| "read the C header".into())?;
        let end = "#ifdef __cplusplus\n}  // extern";
        match header.rsplit_once(end) {
            Some((before, after)) => Ok(format!("{before}{}\n{end}{after}", initialisers(&header))),
            None => Err(Failure::new("the C header does not end as cbindgen ends it")),
        }
    }

    /// The files of the library, with what the macro `iterator!` of `list.rs` makes in the place of its uses: cbindgen reads
    /// files as they are and knows no macros.
    fn sources(home: &Path) -> Result<cbindgen::Builder> {
        let read = |name: &str| {
            let path = home.join(format!("src/{name}.rs"));
            fs::read_to_string(&path).attempt(|| format!("read {}", path.display()))
        };
        let list = read("list")?;
        let template = template(&list).ok_or_else(|| Failure::new("list.rs has no macro iterator!"))?;
        let expanded = crate::target().join("header");
        fs::create_dir_all(&expanded).attempt(|| format!("make {}", expanded.display()))?;
        let modules = read("lib")?;
        let modules = modules.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
        let mut builder = cbindgen::Builder::new();
        for module in modules {
            let path = expanded.join(format!("{module}.rs"));
            fs::write(&path, expand(&read(module)?, &template))
                .attempt(|| format!("write {}", path.display()))?;
            builder = builder.with_src(path);
        }
        Ok(builder)
    }

    /// What the macro stands for: its body.
    fn template(list: &str) -> Option<String> {
        let (_, behind) = list.split_once("macro_rules! iterator {")?;
        let (_, body) = behind.split_once("=> {\n")?;
        let (body, _) = body.split_once("\n    };\n")?;
        Some(body.replace("$crate::", "crate::"))
    }

    /// Puts the template in the place of each use: `iterator!(ITER of RECORD, NEXT, FREE: WHAT);`
    fn expand(source: &str, template: &str) -> String {
        let mut parts = source.split("\niterator!(");
        let mut text = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (inside, rest) = part.split_once(");\n").unwrap_or((part, ""));
            let (names, what) = inside.split_once(':').unwrap_or((inside, "\"\""));
            let names: Vec<&str> =
                names.split([',', ' ']).filter(|word| !word.is_empty() && *word != "of").collect();
            let mut made = template.replace("$what", &what.trim().replacen('"', "\" ", 1));
            for (name, given) in ["$iter", "$record", "$next", "$free"].iter().zip(names) {
                made = made.replace(name, given);
            }
            text.push('\n');
            text.push_str(&made);
            text.push('\n');
            text.push_str(rest);
        }
        text
    }

    /// A function for each structure that callers fill: it is all 0 but for its size, which `sizeof` in the description of
    /// its first field tells.
    fn initialisers(header: &str) -> String {
        let named = header.split("`sizeof(").skip(1).filter_map(|rest| rest.split_once(')'));
        let made = named.map(|(name, _)| {
            format!(
                "/*\n A {name} with all defaults, for the caller to change.\n */\n\
                 static inline {name} {name}_init(void)\n{{\n    {name} made;\n    memset(&made, 0, sizeof made);\n    \
                 made.size = sizeof made;\n    return made;\n}}\n"
            )
        });
        made.collect::<Vec<_>>().join("\n")
    }

    /// The functions that a header declares.
    fn functions(header: &str) -> BTreeSet<String> {
        let code = header.lines().filter(|line| {
            let line = line.trim_start();
            !line.starts_with(['*', '/', '#', ' ']) && !line.contains("static inline")
        });
        let names = code.filter_map(|line| {
            let before = line.split_once('(')?.0;
            let name = before.rsplit([' ', '*']).next()?;
            (name.starts_with("snic_")).then(|| name.to_owned())
        });
        names.collect()
    }

    fn functions_of_map(map: &str) -> BTreeSet<String> {
        map.lines()
            .filter_map(|line| line.trim().strip_suffix(';'))
            .filter(|word| word.starts_with("snic_"))
            .map(str::to_owned)
            .collect()
    }

    fn map_of(functions: &BTreeSet<String>) -> String {
        let lines: String = functions.iter().map(|name| format!("    {name};\n")).collect();
        format!(
            "# What libsmartnic exports. Written by `cargo xtask header --bless`, which only adds.\n\
             SMARTNIC_1 {{\n  global:\n{lines}  local:\n    *;\n}};\n"
        )
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn iterators_are_put_in_the_place_of_the_macro() {
            let list = "macro_rules! iterator {\n    (x) => {\n#[doc = $what]\nstruct $iter($record);\nfn $next() $crate::free($free)\n    };\n}\n";
            let made = expand(
                "before\niterator!(a_iter of a, a_next, a_free:\n    \"All.\");\nbehind",
                &template(list).unwrap(),
            );
            let wanted =
                "before\n#[doc = \" All.\"]\nstruct a_iter(a);\nfn a_next() crate::free(a_free)\nbehind";
            assert_eq!(made, wanted);
        }

        #[test]
        fn functions_are_found_in_a_header_and_in_a_map() {
            let header =
                "/* x snic_no(1) */\nsnic_status snic_one(void);\nconst char *snic_two(int a,\n    int b);\n";
            let found = functions(header);
            assert_eq!(found.iter().collect::<Vec<_>>(), ["snic_one", "snic_two"]);
            assert_eq!(functions_of_map(&map_of(&found)), found);
        }
    }
}
