//! List mechanisms of content systems.
