//! The words by which columns are classed and documents told, with those of the user's folder laid over them
//! (`words/column-classes.toml`, `words/documents.toml`, `words/hosts.toml`): words are added, and those below `[without]` taken away.

use super::classes::ClassWords;
use super::pairing::DocumentWords;
use crate::model::known_hosts::KnownHosts;

/// The word lists of a rule book.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    pub classes: ClassWords,
    pub documents: DocumentWords,
    pub hosts: KnownHosts,
}

impl Vocabulary {
    /// The words compiled in.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: std::sync::LazyLock<Vocabulary> = std::sync::LazyLock::new(Vocabulary::default);
        &EMBEDDED
    }
}

impl Default for Vocabulary {
    fn default() -> Self {
        Self {
            classes: ClassWords::embedded().clone(),
            documents: DocumentWords::embedded().clone(),
            hosts: KnownHosts::embedded().clone(),
        }
    }
}

/// Puts `own` behind the words that are there, each once, and takes `without` away.
pub(super) fn lay_over(words: &mut Vec<String>, own: Vec<String>, without: &[String]) {
    words.retain(|word| !without.contains(word));
    for word in own {
        if !words.contains(&word) {
            words.push(word);
        }
    }
}
