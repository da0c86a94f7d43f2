//! Whether the page being read says something else on another day: «昨天», dates without a year, dates still to come.
//! One page is read on one thread from end to end, so a cell of the thread holds the answer; nothing else depends on it.

use std::cell::Cell;

thread_local! {
    static MATTERED: Cell<bool> = const { Cell::new(false) };
}

/// The reading would differ on some other day.
pub(super) fn matters() {
    MATTERED.set(true);
}

/// Runs `read`, and tells whether the day mattered to it.
pub fn watch<T>(read: impl FnOnce() -> T) -> (T, bool) {
    MATTERED.set(false);
    let read = read();
    (read, MATTERED.replace(false))
}
