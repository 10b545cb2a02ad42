//! One module for each command.

pub mod build;
pub mod bundle;
pub mod catalog;
pub mod check;
pub mod condition;
pub mod decide;
pub mod diff;
pub mod effective;
pub mod explain;
pub mod mask;
pub mod minimize;
pub mod module;
pub mod policy;
pub mod privacy;
pub mod replay;
pub mod routes;
pub mod template;
pub mod token;
pub mod validate;
pub mod webhook;
pub mod workflow;
