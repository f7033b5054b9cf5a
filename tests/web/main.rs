//! The application as a browser without JavaScript sees it, against a real PostgreSQL: one database per test.

mod support;

mod accounts;
mod addresses;
mod admin;
mod audit;
mod bucket;
mod comments;
mod desk;
mod doors;
mod faults;
mod feeds;
mod imports;
mod keys;
mod library;
mod media;
mod moderation;
mod posts;
mod promises;
mod queries;
mod series;
mod shelf;
mod visibility;
mod writing;
