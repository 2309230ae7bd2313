# 命令行哪里不对。

usage-unknown = 没有 { $arg } 这个选项。
usage-unknown-meant = 没有 { $arg } 这个选项。你是想写 { $meant } 吗？
usage-command = 没有 { $arg } 这个命令。
usage-command-meant = 没有 { $arg } 这个命令。你是想写 { $meant } 吗？
usage-no-command = 没有写命令。
usage-missing = 缺少 { $arg }。
usage-conflict = { $arg } 和 { $other } 不能一起用。
usage-no-value = { $arg } 后面要有一个值。
usage-choice = { $arg } 不能是“{ $value }”。可以是：{ $valid }
usage-duration = { $arg } 的“{ $value }”不是时间。请写数字加单位：30s、5m、24h、7d。
usage-bounds = { $arg } 的 { $value } 超出范围：从 { $least } 到 { $most }。
usage-value = “{ $value }”不适合 { $arg }。
usage-flag = { $arg } 后面不写值。
usage-utf8 = 命令行不是有效的 UTF-8。
usage-other = 看不懂这行命令。
usage-surplus = 多了一个词：“{ $arg }”。
usage-code-typed = 请不要把邀请号码写在命令行上：这台电脑上的其他人看得到，命令历史也会留下来。
usage-text-typed = 请不要把消息写在命令行上：这台电脑上的其他人看得到，命令历史也会留下来。
usage-setup-ephemeral = setup 要在磁盘上建立保险库，而 --ephemeral 什么都不留，不能一起用。

usage-no-wait-ephemeral = --no-wait 和 --ephemeral 不能一起用：没有保存的东西以后无法取回。
