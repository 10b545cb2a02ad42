//! The `portcullis` command line.
//!
//! Exit codes: 0 allow or success, 1 deny, 2 bad input, 3 internal.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::Parser;
use portcullis_cli::{
    arguments::Arguments,
    failure::{self, Failure},
    run,
};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            // What cannot be read as arguments says in none of them how it is to be told.
            if error.use_stderr() && std::env::args_os().any(|argument| argument == "--json") {
                return failure::report(&Failure::Usage(error.render().to_string()), true);
            }
            return error.print().map_or(ExitCode::from(3), |()| ExitCode::from(code));
        }
    };
    match run(&arguments) {
        Ok(exit) => exit.into(),
        Err(failure) => failure::report(&failure, arguments.global.json),
    }
}
