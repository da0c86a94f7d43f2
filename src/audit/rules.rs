//! Loads rules, standards and calendars (embedded in the program, overlaid by the user's files) and validates them.

/// A file of the user's, as the command read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFile {
    /// Relative to the user's rules folder; its folder says what it is (`standards/`, `calendar/`, anything else: a rule).
    pub path: String,
    pub text: String,
}
