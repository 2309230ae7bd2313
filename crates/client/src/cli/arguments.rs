//! How the options of a command are written down: a struct whose fields have no texts here.

macro_rules! arguments {
    ($(#[$meta:meta])* $name:ident { $($body:tt)* }) => {
        #[derive(clap::Args)]
        #[expect(missing_docs, reason = "documentation would become a help text; the texts are `help-…`")]
        $(#[$meta])*
        pub struct $name { $($body)* }
    };
}
