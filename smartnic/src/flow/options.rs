/// How [`super::apply()`] and [`super::remove()`] go about it.
#[derive(Debug, Clone, Copy, Default)]
pub struct ApplyOptions {
    /// Goes on after a rule that fails, and leaves the others there; otherwise the first failure takes everything
    /// back.
    pub keep_going: bool,
    /// Also removes rules that stand at the places of the set but that the set does not name.
    pub prune: bool,
    /// Changes nothing; the report says what would be done, with the adapter's prediction as the verdict.
    pub dry_run: bool,
}
