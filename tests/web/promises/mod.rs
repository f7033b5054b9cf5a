//! What `SECURITY.md` promises, tested as somebody who wants to break it: `p4_…` holds promise P4, `class_12_…` the
//! twelfth of the vulnerability classes that blogs had.

mod accounts;
mod bounds;
mod cross_site;
mod ended;
mod errors;
mod everything;
mod headers;
mod hidden;
mod injection;
mod links;
mod logs;
mod markup;
mod typed;
mod uploads;
