//! The `portcullis` command line.
//!
//! Exit codes: 0 allow or success, 1 deny, 2 bad input, 3 internal.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::Parser;
use portcullis_cli::{arguments::Arguments, failure, run};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            return error.print().map_or(ExitCode::from(3), |()| ExitCode::from(code));
        }
    };
    match run(&arguments) {
        Ok(exit) => exit.into(),
        Err(failure) => failure::report(&failure, arguments.global.json),
    }
}
