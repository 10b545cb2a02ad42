//! The rows that a database selects are those that the module shows.
//!
//! Rules, callers and tables are made at random, hostile text and rows with nothing in them included;
//! what the module's own filter shows of the records is compared with what SQLite, PostgreSQL and MySQL (or
//! MariaDB) select.

mod chance;
mod databases;
mod proof;
mod rules;
mod table;
mod words;
