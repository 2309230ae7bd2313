//! The store in Redis: what its servers say of themselves, and what that means for cells and for those who sent them.

use std::time::Duration;

use super::{Finding, Verdict};
use crate::config;
use crate::program::serve::redis;
use crate::store::redis::{Facts, survey};

/// All servers that the settings name or that those know.
pub(super) fn store(table: &config::Redis) -> Vec<Finding> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let settings = redis(table);
    let surveys = match runtime.map(|runtime| runtime.block_on(survey(&settings))) {
        Ok(Ok(surveys)) => surveys,
        Ok(Err(error)) => return vec![Finding::bad("redis", error.to_string(), "Put [store.redis] right.")],
        Err(_) => return vec![Finding::bad("redis", "this system gives no runtime", "Free memory and files.")],
    };
    let several = surveys.len() > 1;
    let mut findings = Vec::new();
    for survey in surveys {
        let mut found = match &survey.facts {
            Some(facts) => judge(facts, table),
            None => vec![silent()],
        };
        if several {
            found.retain(|finding| finding.verdict != Verdict::Good || finding.what == "redis");
        }
        found.iter_mut().for_each(|finding| finding.found = format!("{}: {}", survey.place, finding.found));
        findings.append(&mut found);
    }
    findings
}

fn silent() -> Finding {
    let next =
        "Start it, look at its place in store.redis.nodes, at username and password_file, and at what is between.";
    Finding::bad("redis", "does not answer, or refuses us", next)
}

fn judge(facts: &Facts, table: &config::Redis) -> Vec<Finding> {
    let mut findings = vec![version(facts), memory(facts), files(facts, table), slow_log(facts), watchers(facts)];
    findings.extend([events(facts), door(facts, table), role(facts, table), clock(facts), queue(facts)]);
    findings.extend(cluster(facts, table));
    if facts.settings.is_empty() {
        let next = "Let the user do CONFIG GET while doctor looks, or look yourself.";
        findings.push(Finding::fair("redis", "does not say what it is set to", next));
    }
    findings
}

fn version(facts: &Facts) -> Finding {
    let version = facts.info.get("valkey_version").or_else(|| facts.info.get("redis_version"));
    let version = version.map_or("", String::as_str);
    let major: u32 = version.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(0);
    if major < OLDEST {
        return Finding::bad("redis", format!("version {version}"), "Sharded publishing came with version 7.");
    }
    if !facts.scripts {
        return Finding::bad("redis", "carries out no scripts for us", "Allow the user EVAL and EVALSHA.");
    }
    Finding::good("redis", format!("version {version}"))
}

fn memory(facts: &Facts) -> Finding {
    let (most, policy) = (number(facts, "maxmemory"), setting(facts, "maxmemory-policy"));
    match (most, policy) {
        (Some(1..), policy) if policy != "noeviction" && !policy.is_empty() => Finding::bad(
            "maxmemory",
            format!("maxmemory-policy is {policy}: when it is full, it drops cells that were accepted"),
            "Set maxmemory-policy noeviction: then a full store refuses new cells.",
        ),
        (Some(0), _) => Finding::fair(
            "maxmemory",
            "none: a full machine ends the server, and what it has in memory alone is gone",
            "Set maxmemory to what it may have, with maxmemory-policy noeviction.",
        ),
        (Some(most), _) => Finding::good("maxmemory", format!("{} MiB, then new cells are refused", most >> 20)),
        (None, _) => Finding::fair("maxmemory", "not known", "Look at maxmemory and maxmemory-policy yourself."),
    }
}

/// What a cell leaves on a disk.
fn files(facts: &Facts, table: &config::Redis) -> Finding {
    let (log, images) = (setting(facts, "appendonly") == "yes", !setting(facts, "save").is_empty());
    let found = match (log, images) {
        (false, false) if table.cluster => {
            return Finding::fair(
                "files",
                "none: a primary that starts again before a replica took over is empty, and its replica follows it",
                "Let nothing restart it sooner than some times cluster-node-timeout.",
            );
        }
        (false, false) => return Finding::good("files", "none: a restart forgets all, and clients are told so"),
        (true, false) => "appendonly",
        (false, true) => "save",
        (true, true) => "appendonly and save",
    };
    Finding::fair(
        "files",
        format!("{found}: cells that were read or are over stay in its files until they are written again"),
        "They are sealed under this relay's key. To leave nothing: appendonly no, save \"\". Else BGREWRITEAOF daily.",
    )
}

fn slow_log(facts: &Facts) -> Finding {
    let keeps = number(facts, "slowlog-max-len") != Some(0);
    match number(facts, "slowlog-log-slower-than") {
        Some(..0) => Finding::good("slow log", "off"),
        Some(_) if !keeps => Finding::good("slow log", "keeps nothing"),
        _ => Finding::fair(
            "slow log",
            "on: it keeps the time of slow commands, which mailbox's they were (a name that only this relay can \
             read), and the head of a sealed cell",
            "Set slowlog-log-slower-than -1 where nobody needs it.",
        ),
    }
}

fn watchers(facts: &Facts) -> Finding {
    match facts.monitors {
        Some(0) if number(facts, "latency-monitor-threshold").unwrap_or(0) == 0 => {
            Finding::good("watchers", "nobody does MONITOR now")
        }
        Some(0) => Finding::good("watchers", "nobody does MONITOR now; the latency monitor keeps times, and no names"),
        Some(count) => Finding::fair(
            "watchers",
            format!("{count} see every command as it comes (MONITOR): when each mailbox is written and read"),
            "Find out who it is, and end it.",
        ),
        None => Finding::fair("watchers", "not known", "See with CLIENT LIST whether somebody does MONITOR."),
    }
}

fn events(facts: &Facts) -> Finding {
    match setting(facts, "notify-keyspace-events") {
        "" => Finding::good("key events", "off"),
        _ => Finding::fair(
            "key events",
            "on: whoever subscribes to them sees when each mailbox is written and read",
            "Set notify-keyspace-events \"\": a relay does not need them.",
        ),
    }
}

/// Who can come in.
fn door(facts: &Facts, table: &config::Redis) -> Finding {
    let open = table.username.is_empty() && table.password_file.as_os_str().is_empty();
    let bind = setting(facts, "bind");
    let inside = |place: &str| matches!(place.trim_start_matches('-'), "127.0.0.1" | "::1" | "localhost");
    if !bind.is_empty() && bind.split(' ').all(inside) {
        return Finding::good("door", "it listens on this machine alone");
    }
    if open && setting(facts, "protected-mode") != "yes" {
        return Finding::bad(
            "door",
            "it lets everybody in who reaches it, without a password",
            "Bind it to a private address, and give it a password or an ACL user (password_file).",
        );
    }
    Finding::fair(
        "door",
        "it listens to other machines, and nothing encrypts what passes: who listens in sees which mailboxes are \
         busy, and the password",
        "Keep it in a private network or a tunnel.",
    )
}

/// Whether it can do what an append waits for.
fn role(facts: &Facts, table: &config::Redis) -> Finding {
    let role = facts.info.get("role").map_or("", String::as_str);
    if role != "master" {
        return if table.cluster {
            Finding::good("role", "a replica")
        } else {
            Finding::bad("role", "a replica: it takes no cells", "Name the primary in store.redis.nodes.")
        };
    }
    let replicas: u32 = facts.info.get("connected_slaves").and_then(|count| count.parse().ok()).unwrap_or(0);
    if replicas < table.replicas {
        let found = format!("{replicas} replicas, and an append waits for {}", table.replicas);
        return Finding::bad("role", found, "Add replicas, or lower store.redis.replicas.");
    }
    if replicas > 0 && table.replicas == 0 {
        let found = "an append is answered before a replica has it: a fail-over loses the last of what was accepted";
        return Finding::fair("role", found, "Set store.redis.replicas = 1.");
    }
    Finding::good("role", format!("a primary with {replicas} replicas"))
}

fn clock(facts: &Facts) -> Finding {
    let apart = Duration::from_secs(facts.ahead.unsigned_abs());
    if apart <= APART {
        return Finding::good("its clock", "agrees with ours");
    }
    Finding::fair(
        "its clock",
        format!("{} s {} ours", apart.as_secs(), if facts.ahead > 0 { "ahead of" } else { "behind" }),
        "Set both, by NTP for instance: relays whose clocks disagree take each other's cells for gone too soon.",
    )
}

/// How much may wait for a relay that listens too slowly.
fn queue(facts: &Facts) -> Finding {
    let limits = setting(facts, "client-output-buffer-limit");
    let hard = limits.split_once("pubsub ").and_then(|(_, rest)| rest.split(' ').next()?.parse::<u64>().ok());
    match hard {
        Some(1..LEAST_QUEUE) => Finding::fair(
            "its queue",
            "client-output-buffer-limit pubsub is small: a busy relay is cut off, and has to read all again",
            "Set client-output-buffer-limit \"pubsub 32mb 8mb 60\".",
        ),
        Some(0) => Finding::fair(
            "its queue",
            "client-output-buffer-limit pubsub has no limit: a relay that hangs takes the server's memory",
            "Set client-output-buffer-limit \"pubsub 32mb 8mb 60\".",
        ),
        _ => Finding::good("its queue", "is bounded"),
    }
}

fn cluster(facts: &Facts, table: &config::Redis) -> Option<Finding> {
    let enabled = facts.info.get("cluster_enabled").is_some_and(|enabled| enabled == "1");
    match (enabled, table.cluster, facts.info.get("cluster_state").map(String::as_str)) {
        (false, false, _) => None,
        (true, true, Some("ok")) => Some(Finding::good("cluster", "is whole")),
        (true, true, state) => {
            let found = format!("cluster_state is {}", state.unwrap_or("not known"));
            Some(Finding::bad("cluster", found, "See CLUSTER NODES: some slots have no primary."))
        }
        (true, false, _) => Some(Finding::bad("cluster", "it is one's", "Set store.redis.cluster = true.")),
        (false, true, _) => Some(Finding::bad("cluster", "it is no cluster's", "Set store.redis.cluster = false.")),
    }
}

fn setting<'a>(facts: &'a Facts, name: &str) -> &'a str {
    facts.settings.get(name).map_or("", String::as_str)
}

fn number(facts: &Facts, name: &str) -> Option<i64> {
    facts.settings.get(name)?.parse().ok()
}

/// The first version that a relay can use.
const OLDEST: u32 = 7;
/// How far apart clocks may be.
const APART: Duration = Duration::from_secs(5);
/// Bytes that may at least wait.
const LEAST_QUEUE: u64 = 1024 * 1024;
