//! `manifest.json`: what each file of a folder of vectors is, and what it holds.

use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// One value, in decimal (`"true"` and `"false"` for a Boolean), of a type named as in Rust, for example `FheUint8`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Value {
    #[serde(rename = "type")]
    pub kind: String,
    pub value: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Entry {
    /// Relative to the manifest.
    pub file: String,
    /// The type, named as in Rust: `ClientKey`, `CompressedFheInt64`, `CompactCiphertextList`…
    #[serde(rename = "type")]
    pub kind: String,
    /// Entries of one configuration belong to one client key.
    pub configuration: String,
    /// A ciphertext's clear value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// A list's clear values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<Value>>,
    /// The clear keys of a store, in the order of its values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys: Option<Vec<String>>,
    /// The tag, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// What a client key was generated from (`ClientKey::generate_with_seed`), in decimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<String>,
    /// The file of the same manifest that this one was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The configuration whose ciphertexts a key-switching key takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former: Option<String>,
    /// The files of the same manifest that a list holds, unchanged, in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Vec<String>>,
    /// Whether TFHE-rs accepts it under the configuration's parameters; true unless told otherwise.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub conformant: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

fn yes() -> bool {
    true
}

fn is_yes(value: &bool) -> bool {
    *value
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// What wrote the folder, for example `tfhe-rs 1.7.0`.
    pub writer: String,
    pub entries: Vec<Entry>,
}

impl Manifest {
    pub fn read(folder: &Path) -> Self {
        let text = std::fs::read_to_string(folder.join("manifest.json")).expect("manifest.json");
        serde_json::from_str(&text).expect("a manifest")
    }
}

/// Writes files and remembers them for the manifest.
pub struct Folder {
    path: PathBuf,
    manifest: Manifest,
}

impl Folder {
    pub fn new(path: &Path, writer: &str) -> Self {
        Self { path: path.into(), manifest: Manifest { writer: writer.into(), entries: Vec::new() } }
    }

    pub fn write<T>(&mut self, entry: Entry, object: &T)
    where
        T: serde::Serialize + tfhe::Versionize + tfhe::named::Named,
    {
        let file = self.path.join(&entry.file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        let mut bytes = Vec::new();
        tfhe::safe_serialization::safe_serialize(object, &mut bytes, 1 << 30).unwrap();
        println!("{:>8} {}", bytes.len(), entry.file);
        std::fs::write(file, bytes).unwrap();
        self.manifest.entries.push(entry);
    }

    pub fn finish(self) {
        let text = serde_json::to_string_pretty(&self.manifest).unwrap();
        std::fs::write(self.path.join("manifest.json"), text + "\n").unwrap();
    }
}
