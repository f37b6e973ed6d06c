//! What every slice stands on: settings, the database, sessions, mail, the HTTP surface. Server only.

pub mod caches;
pub mod config;
pub mod cookie;
pub mod database;
pub mod doctor;
pub mod embedded_postgres;
pub mod files;
pub mod health;
pub mod http;
pub mod mail;
pub mod password_hash;
pub mod posted;
pub mod runtime;
pub mod seal;
pub mod serve;
pub mod services;
pub mod session;
pub mod telemetry;
pub mod throwaway;
pub mod trace;

pub use services::Services;
