//! The operations, as scripts that Redis carries out in one piece, each on the keys of one hash tag. Spec: relay, "Commands".

use std::sync::LazyLock;

use nightjar_protocol::keys::UnixTime;
use redis::{Cmd, ToRedisArgs};

use super::names::Tag;

/// A script and what Redis calls it.
pub(super) struct Script {
    text: String,
    hash: String,
}

/// One invocation of a script on one mailbox.
pub(super) struct Call {
    script: &'static Script,
    now: UnixTime,
    /// Its slot says which server is asked.
    pub tag: Tag,
    arguments: Vec<Vec<u8>>,
}

impl Call {
    /// Begins an invocation at a moment; the script's own arguments follow by [`Self::arg`].
    pub fn new(script: &'static Script, tag: Tag, now: UnixTime) -> Self {
        Self { script, now, tag, arguments: Vec::with_capacity(4) }
    }

    pub fn arg(mut self, argument: impl ToRedisArgs) -> Self {
        self.arguments.append(&mut argument.to_redis_args());
        self
    }

    /// The command for a server that knows the script, in this life of it.
    pub fn by_hash(&self, run: &str) -> Cmd {
        self.command("EVALSHA", &self.script.hash, run)
    }

    /// The command for one that does not; from then on it does.
    pub fn by_text(&self, run: &str) -> Cmd {
        self.command("EVAL", &self.script.text, run)
    }

    fn command(&self, verb: &str, script: &str, run: &str) -> Cmd {
        let mut command = redis::cmd(verb);
        command.arg(script).arg(3).arg(self.tag.mailbox()).arg(self.tag.index()).arg(self.tag.channel());
        command.arg(self.tag.cells()).arg(self.now.0).arg(run).arg(&self.arguments);
        command
    }
}

macro_rules! scripts {
    ($($name:ident, $flags:literal, $file:literal;)*) => {
        $(
            pub(super) static $name: LazyLock<Script> = LazyLock::new(|| {
                let text = [$flags, include_str!("scripts/common.lua"), include_str!(concat!("scripts/", $file))].concat();
                Script { hash: redis::Script::new(&text).get_hash().to_owned(), text }
            });
        )*
    };
}

// A server without memory refuses the scripts that have no flag before they begin, and lets the others run: they take none.
scripts! {
    CREATE, "#!lua\n", "create.lua";
    APPEND, "#!lua\n", "append.lua";
    RENEW, "#!lua flags=allow-oom\n", "renew.lua";
    READ, "#!lua flags=no-writes\n", "read.lua";
    ACKNOWLEDGE, "#!lua flags=allow-oom\n", "acknowledge.lua";
    DELETE, "#!lua flags=allow-oom\n", "delete.lua";
    EXPIRE, "#!lua flags=allow-oom\n", "expire.lua";
    TAKE, "#!lua flags=allow-oom\n", "take.lua";
}
