//! The layer and the AuthZEN surface over the module that is shipped, without a socket between.

mod assertion;
mod batch;
mod bearers;
mod callers;
mod evaluation;
mod layer;
mod metadata;
mod properties;
mod support;
