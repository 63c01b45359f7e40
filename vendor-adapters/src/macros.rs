//! Short forms for tables of facts whose places share a folder.

/// Features with the files, below a folder of the kernel's tree, and the names there that show them.
///
/// `Feature: "file", "name";`, or with limits or a reason: `Feature [limited "why"]: "file", "name";`.
macro_rules! features {
    ($(in $dir:literal { $($feature:ident $([$kind:ident $why:literal])? : $file:literal, $symbol:literal;)* })*) => {
        &[$($($crate::macros::one_feature!($feature $([$kind $why])?, concat!($dir, $file), $symbol),)*)*]
    };
}

/// One entry of [`features!`].
macro_rules! one_feature {
    ($feature:ident, $file:expr, $symbol:expr) => {
        smartnic_core::adapter::FeatureFact::has(smartnic_core::adapter::Feature::$feature, $file, $symbol)
    };
    ($feature:ident [limited $why:literal], $file:expr, $symbol:expr) => {
        smartnic_core::adapter::FeatureFact::limited(
            smartnic_core::adapter::Feature::$feature,
            $why,
            $file,
            $symbol,
        )
    };
    ($feature:ident [absent $why:literal], $file:expr, $symbol:expr) => {
        smartnic_core::adapter::FeatureFact::absent(
            smartnic_core::adapter::Feature::$feature,
            $why,
            smartnic_core::adapter::Evidence::kernel($file, $symbol),
        )
    };
}

/// Sentences with the files, below a folder, and the names there from which they follow.
macro_rules! said {
    (in $dir:literal { $($text:literal: $file:literal, $symbol:literal;)* }) => {
        &[$(smartnic_core::adapter::Said::kernel($text, concat!($dir, $file), $symbol),)*]
    };
}

/// Counters of one place: `"name", Unit, Watch, "canonical", "meaning";`.
macro_rules! counters {
    (source $source:expr; $(in $place:ident { $($name:literal, $unit:ident, $watch:ident, $canonical:literal, $meaning:literal;)* })*) => {
        &[$($(smartnic_core::adapter::Counter {
            name: $name,
            place: smartnic_core::adapter::Place::$place,
            unit: smartnic_core::adapter::Unit::$unit,
            watch: smartnic_core::adapter::Watch::$watch,
            canonical: $canonical,
            meaning: $meaning,
            source: $source,
        },)*)*]
    };
}

/// Caveats: `"text": "file", "name";`.
macro_rules! caveats {
    (in $dir:literal { $($text:literal: $file:literal, $symbol:literal;)* }) => {
        &[$(smartnic_core::adapter::Caveat::new(
            $text,
            smartnic_core::adapter::Evidence::kernel(concat!($dir, $file), $symbol),
        ),)*]
    };
}

pub(crate) use {caveats, counters, features, one_feature, said};
