//! `-batch FILE`: a command line on each line.

use std::fs::File;
use std::io::{self, BufRead, BufReader};

use smartnic::text::tc::command::split;

use super::{Lines, system_text};

/// Carries out the lines as they come. Returns the exit code.
pub(crate) fn batch(face: &mut dyn Lines, file: &str, force: bool) -> u8 {
    let mut lines: Box<dyn BufRead> = match file {
        "-" => Box::new(io::stdin().lock()),
        file => match File::open(file) {
            Ok(file) => Box::new(BufReader::new(file)),
            Err(error) => {
                let why = system_text(&error);
                face.complain(&format!("Cannot open file \"{file}\" for reading: {why}"));
                return 1;
            }
        },
    };
    let mut code = 0;
    let mut number = 0;
    loop {
        let line = match next(&mut *lines, &mut number) {
            Ok(Some(line)) => line,
            Ok(None) => return code,
            Err(message) => {
                face.complain(&message);
                return code;
            }
        };
        let words = match split(&line) {
            Ok(words) => words,
            Err(_) => {
                face.complain("Unterminated quoted string");
                return 1;
            }
        };
        if words.is_empty() {
            continue;
        }
        let ending = face.line(&words);
        if ending.ends {
            return ending.code;
        }
        if ending.code != 0 {
            face.complain(&format!("Command failed {file}:{number}"));
            code = 1;
            if !force {
                return code;
            }
        }
    }
}

/// The next line with those that are joined to it, and the number of its last.
fn next(lines: &mut dyn BufRead, number: &mut usize) -> Result<Option<String>, String> {
    let mut joined = Vec::new();
    loop {
        let start = joined.len();
        if lines.read_until(b'\n', &mut joined).map_err(|error| error.to_string())? == 0 {
            return match start {
                0 => Ok(None),
                _ => Err("Missing continuation line".to_owned()),
            };
        }
        *number += 1;
        // A comment ends with its line, so that a backslash in it joins nothing.
        let comment = joined[start..].contains(&b'#');
        if comment || !joined.ends_with(b"\\\n") {
            return Ok(Some(String::from_utf8_lossy(&joined).into_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_lines_are_one_and_have_the_number_of_the_last() {
        let mut lines: &[u8] = b"a \\\n b\nc # d \\\ne\nf";
        let mut number = 0;
        let mut all = Vec::new();
        while let Some(line) = next(&mut lines, &mut number).unwrap() {
            all.push((split(&line).unwrap().join(" "), number));
        }
        let want = [("a b", 2), ("c", 3), ("e", 4), ("f", 5)];
        assert_eq!(all, want.map(|(line, number)| (line.to_owned(), number)));
        let mut cut: &[u8] = b"a \\\n";
        assert!(next(&mut cut, &mut 0).is_err());
    }
}
