//! What the writer and the checker share: the toy parameters, the manifest, and clear integers of any width.

pub mod manifest;
pub mod parameters;
pub mod types;
