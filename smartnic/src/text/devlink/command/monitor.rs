//! `devlink monitor`.

use super::{Read, Stop, Words};

/// The kinds of objects that can be asked for by name.
const OBJECTS: [&str; 8] = ["all", "dev", "port", "health", "trap", "trap-group", "trap-policer", "lc"];

const USAGE: &str = "Usage: devlink monitor [ all | OBJECT-LIST ]\n\
    where  OBJECT-LIST := { dev | port | lc | health | trap | trap-group | trap-policer }";

/// Which messages are wanted: those about objects of these names, or all if there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    objects: Vec<String>,
}

impl Command {
    /// Whether messages about an object are wanted.
    #[must_use]
    pub fn wants(&self, object: &str) -> bool {
        self.objects.is_empty() || self.objects.iter().any(|name| name == object || name == "all")
    }
}

/// Reads the words behind `monitor`.
///
/// # Errors
/// A [`Stop`] that says what devlink would say.
pub fn read(words: &mut Words<'_>) -> Read<Command> {
    if words.begins("help") {
        return Err(Stop::help(USAGE));
    }
    let mut objects = Vec::new();
    while let Some(word) = words.next() {
        if !OBJECTS.contains(&word) {
            return Err(Stop::fault(format!("Unknown object \"{word}\"")));
        }
        objects.push(word.to_owned());
    }
    Ok(Command { objects })
}
