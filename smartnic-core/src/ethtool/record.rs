use super::Value;
use crate::Result;

/// What ethtool says of one topic, or what is to be changed of it: fields by name, each of which may be left out.
///
/// A field that is not there was not told by the driver, or is to stay as it is. Names are those of `ethtool --json`
/// where it has them; the part before a dot is the object that ethtool puts them into.
pub trait Record {
    /// The names of all fields, in the order in which they are shown.
    fn names(&self) -> &'static [&'static str];

    /// A field's value.
    fn get(&self, name: &str) -> Option<Value>;

    /// Sets a field; false if there is none of this name, or not of this type.
    fn put(&mut self, name: &str, value: Value) -> bool;

    /// Sets a field from text.
    ///
    /// # Errors
    /// `InvalidInput` if the text is no value of the field, or there is no such field.
    fn read(&mut self, name: &str, text: &str) -> Result<()>;

    /// The fields that are there.
    fn fields(&self) -> Vec<(&'static str, Value)> {
        let there = self.names().iter().filter_map(|name| Some((*name, self.get(name)?)));
        there.collect()
    }

    /// Fields of `self` that are otherwise in `other`, or are not there: name, value here, value there.
    fn differs(&self, other: &dyn Record) -> Vec<(&'static str, Value, Option<Value>)> {
        let compare = |(name, asked): (&'static str, Value)| {
            let got = other.get(name);
            let same = got.as_ref().is_some_and(|got| asked.is_in(got));
            (!same).then_some((name, asked, got))
        };
        self.fields().into_iter().filter_map(compare).collect()
    }
}

/// A record with its fields: type and name of each.
macro_rules! record {
    ($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $kind:ty = $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(default)]
        pub struct $name {
            $(
                $(#[$fdoc])*
                #[serde(rename = $text, skip_serializing_if = "Option::is_none")]
                pub $field: Option<$kind>,
            )*
        }

        impl $crate::ethtool::Record for $name {
            fn names(&self) -> &'static [&'static str] {
                &[$($text,)*]
            }

            fn get(&self, name: &str) -> Option<$crate::ethtool::Value> {
                match name {
                    $($text => self.$field.as_ref().map($crate::ethtool::value::Field::value),)*
                    _ => None,
                }
            }

            fn put(&mut self, name: &str, value: $crate::ethtool::Value) -> bool {
                match name {
                    $($text => {
                        let value = $crate::ethtool::value::Field::of(value);
                        let fits = value.is_some();
                        if fits {
                            self.$field = value;
                        }
                        fits
                    })*
                    _ => false,
                }
            }

            fn read(&mut self, name: &str, text: &str) -> $crate::Result<()> {
                match name {
                    $($text => self.$field = Some($crate::ethtool::value::Field::read(text)?),)*
                    _ => {
                        let known = concat!("expected one of:", $(" ", $text,)*);
                        return Err($crate::Error::invalid("read a setting", known).on(name));
                    }
                }
                Ok(())
            }
        }
    };
}
pub(super) use record;

/// A number with names, as a field.
macro_rules! word_field {
    ($name:ident: $repr:ty) => {
        impl $crate::ethtool::value::Field for $name {
            fn value(&self) -> $crate::ethtool::Value {
                use $crate::ethtool::Value;
                let number = u64::from(self.number());
                match self.word() {
                    Some(word) => Value::Word(word, number),
                    None => Value::Number(number),
                }
            }

            fn of(value: $crate::ethtool::Value) -> Option<Self> {
                use $crate::ethtool::Value;
                match value {
                    Value::Number(number) | Value::Word(_, number) => {
                        <$repr>::try_from(number).ok().map(Self::from_number)
                    }
                    _ => None,
                }
            }

            fn read(text: &str) -> $crate::Result<Self> {
                text.parse()
            }
        }
    };
}
pub(super) use word_field;

/// A number with names that can be a field: what the kernel calls its values.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident: $repr:ty { $($(#[$vdoc:meta])* $variant:ident = $number:literal, $text:literal;)* }) => {
        $crate::device::kernel_enum! {
            $(#[$doc])*
            $name: $repr { $($(#[$vdoc])* $variant = $number, $text;)* }
        }

        impl $name {
            fn word(self) -> Option<&'static str> {
                match self {
                    $(Self::$variant => Some($text),)*
                    Self::Unknown(_) => None,
                }
            }
        }

        $crate::ethtool::record::word_field!($name: $repr);
    };
}
pub(super) use words;
