//! Rules are compiled in by `include_dir!`, which does not tell cargo about files that come or go.

fn main() {
    println!("cargo::rerun-if-changed=rules");
}
