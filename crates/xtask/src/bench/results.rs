//! What was measured, by work and host, and how the hosts compare.

use std::{
    collections::BTreeMap,
    fmt, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde::{Deserialize, de::DeserializeOwned};

/// Where the programs for Node write, in cargo's target directory.
pub(super) const NODE: &str = "bench/node.jsonl";

/// Hosts in the order of the table; others follow.
const HOSTS: [&str; 3] = ["native", "wasmtime", "node"];

/// Nanoseconds by work, and by host.
#[derive(Default)]
pub(super) struct Results(BTreeMap<String, BTreeMap<String, f64>>);

/// One line of the programs for Node.
#[derive(Deserialize)]
struct Measured {
    work: String,
    host: String,
    ns: f64,
}

/// What criterion writes into `benchmark.json`.
#[derive(Deserialize)]
struct Benchmark {
    full_id: String,
}

/// What criterion writes into `estimates.json`, in nanoseconds.
#[derive(Deserialize)]
struct Estimates {
    median: Estimate,
}

#[derive(Deserialize)]
struct Estimate {
    point_estimate: f64,
}

impl Results {
    /// Collects what criterion and Node left in a directory.
    pub(super) fn read(directory: &Path) -> Result<Self> {
        let mut results = Self::default();
        let mut directories = vec![directory.to_path_buf()];
        while let Some(directory) = directories.pop() {
            if directory.ends_with("new") && directory.join("estimates.json").exists() {
                let Benchmark { full_id } = json(directory.join("benchmark.json"))?;
                let Estimates { median } = json(directory.join("estimates.json"))?;
                let (work, host) = full_id.rsplit_once('/').unwrap_or((&full_id, HOSTS[0]));
                results.add(work, host, median.point_estimate);
                continue;
            }
            for entry in fs::read_dir(&directory)?.flatten() {
                if entry.path().is_dir() {
                    directories.push(entry.path());
                }
            }
        }
        let node = fs::read_to_string(directory.with_file_name(NODE)).unwrap_or_default();
        for line in node.lines() {
            let Measured { work, host, ns } = serde_json::from_str(line).context(NODE)?;
            results.add(&work, &host, ns);
        }
        Ok(results)
    }

    fn add(&mut self, work: &str, host: &str, ns: f64) {
        self.0.entry(work.to_owned()).or_default().insert(host.to_owned(), ns);
    }
}

impl fmt::Display for Results {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (work, measured) in &self.0 {
            write!(f, "{work:<40}")?;
            let others = measured.keys().map(String::as_str).filter(|host| !HOSTS.contains(host));
            let mut base = None;
            for host in HOSTS.into_iter().chain(others) {
                let Some(&ns) = measured.get(host) else { continue };
                write!(f, "  {host} {}", time(ns))?;
                match base {
                    None => base = Some(ns),
                    Some(base) => write!(f, " ({:.2} ×)", ns / base)?,
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

fn json<T: DeserializeOwned>(file: PathBuf) -> Result<T> {
    let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    serde_json::from_str(&text).with_context(|| file.display().to_string())
}

/// Nanoseconds, in the unit that reads best.
fn time(ns: f64) -> String {
    match ns {
        ns if ns < 1e3 => format!("{ns:.1} ns"),
        ns if ns < 1e6 => format!("{:.2} µs", ns / 1e3),
        ns if ns < 1e9 => format!("{:.2} ms", ns / 1e6),
        ns => format!("{:.2} s", ns / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::{Results, time};

    #[test]
    fn hosts_are_compared_with_the_first() {
        let mut results = Results::default();
        results.add("allows", "wasmtime", 16.0);
        results.add("allows", "native", 2.0);
        results.add("allows", "peer", 3.0);
        let line = results.to_string();
        assert!(line.starts_with("allows "));
        assert!(
            line.ends_with("  native 2.0 ns  wasmtime 16.0 ns (8.00 ×)  peer 3.0 ns (1.50 ×)\n"),
            "{line}"
        );
    }

    #[test]
    fn units_fit_the_number() {
        assert_eq!(time(999.0), "999.0 ns");
        assert_eq!(time(1_500.0), "1.50 µs");
        assert_eq!(time(2.5e9), "2.50 s");
    }
}
