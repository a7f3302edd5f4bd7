//! TFHE-rs, measured on request: one JSON request a line on standard input, one JSON answer a line on standard output.
//!
//! `RAYON_NUM_THREADS` is the number of threads.

mod bootstrap;
mod input;
mod integer;
mod key;
mod list;
mod text;
mod timing;
mod value;

use serde::Deserialize;
use serde_json::{json, Value};
use std::collections::HashMap;
use std::io::{stdin, stdout, Write};
use tfhe::{set_server_key, ClientKey, ConfigBuilder, ServerKey};

/// The version of the `tfhe` crate that `Cargo.toml` asks for.
const VERSION: &str = "1.8.2";

#[derive(Deserialize)]
struct Request {
    group: String,
    /// Parameter set, type or key.
    on: String,
    operation: String,
    /// What the right operand is, if there is one: `encrypted` or `clear`.
    operand: String,
    /// How many at once, independent of each other.
    batch: usize,
}

/// Keys are made when they are first needed.
#[derive(Default)]
struct Runner {
    bootstraps: HashMap<String, bootstrap::Keys>,
    usual: Option<(ClientKey, ServerKey)>,
    lists: Option<(ClientKey, ServerKey)>,
    inputs: Option<(ClientKey, ServerKey)>,
}

impl Runner {
    /// Nanoseconds of one of what is asked for; nothing where TFHE-rs does not have it.
    fn measure(&mut self, request: &Request) -> Option<f64> {
        match request.group.as_str() {
            "bootstrap" => {
                let keys =
                    self.bootstraps.entry(request.on.clone()).or_insert_with_key(|set| bootstrap::keys(set));
                bootstrap::measure(keys, request)
            }
            "integer" => integer::measure(self.client_key(), request),
            "text" => text::measure(self.client_key(), request),
            "value" => value::measure(self.client_key(), request),
            "key" => key::measure(self.client_key(), request),
            "list" => {
                let (client_key, server_key) = self.lists.get_or_insert_with(list::keys);
                set_everywhere(server_key);
                list::measure(client_key, request)
            }
            "input" => {
                let (client_key, server_key) = self.inputs.get_or_insert_with(input::keys);
                set_everywhere(server_key);
                input::measure(client_key, request)
            }
            _ => None,
        }
    }

    /// The client key of TFHE-rs's default configuration. All threads compute with its server key.
    fn client_key(&mut self) -> &ClientKey {
        let (client_key, server_key) =
            self.usual.get_or_insert_with(|| tfhe::generate_keys(ConfigBuilder::default().build()));
        set_everywhere(server_key);
        client_key
    }
}

fn set_everywhere(server_key: &ServerKey) {
    rayon::broadcast(|_| set_server_key(server_key.clone()));
    set_server_key(server_key.clone());
}

fn say(answer: Value) {
    println!("{answer}");
    stdout().flush().unwrap();
}

fn main() {
    say(json!({ "name": "TFHE-rs", "version": VERSION, "platform": "native" }));
    let mut runner = Runner::default();
    for line in stdin().lines() {
        let request: Request = serde_json::from_str(&line.unwrap()).unwrap();
        say(json!({ "nanoseconds": runner.measure(&request) }));
    }
}
