# What is wrong with a command line.

usage-unknown = There is no option { $arg }.
usage-unknown-meant = There is no option { $arg }. Did you mean { $meant }?
usage-command = There is no command { $arg }.
usage-command-meant = There is no command { $arg }. Did you mean { $meant }?
usage-no-command = No command was given.
usage-missing = { $arg } is missing.
usage-conflict = { $arg } and { $other } do not go together.
usage-no-value = { $arg } needs a value.
usage-choice = { $arg } cannot be “{ $value }”. Possible: { $valid }.
usage-duration = “{ $value }” is not a length of time for { $arg }. Write a number and a unit: 30s, 5m, 24h, 7d.
usage-bounds = { $value } is out of range for { $arg }: from { $least } to { $most }.
usage-value = “{ $value }” does not fit { $arg }.
usage-flag = { $arg } takes no value.
usage-utf8 = The command line is not valid UTF-8.
usage-other = The command line cannot be understood.
usage-surplus = “{ $arg }” is one word too many.
usage-code-typed = An invite does not belong on the command line: others on this computer can read it there, and your shell remembers it.
usage-text-typed = A message does not belong on the command line: others on this computer can read it there, and your shell remembers it.
usage-setup-ephemeral = setup makes a vault on disk; --ephemeral asks for none.

usage-no-wait-ephemeral = --no-wait and --ephemeral do not go together: what is not stored cannot be picked up later.
