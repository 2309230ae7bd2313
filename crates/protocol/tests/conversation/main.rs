//! The rules of a conversation one by one. What happens when everything goes wrong at once is in `pair`.

mod attachments;
mod delivery;
mod lifetimes;
mod rules;
mod talk;
