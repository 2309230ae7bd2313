# 帮助：help-命令、help-命令-选项、help-global-选项。

help = 凭一段共同的记忆，重新联系上你的人。消息会消失，不要账号，也不要电话号码。
help-more =
    时间写作 30s（秒）、5m（分钟）、24h（小时）、7d（天）。
    退出码：0 成功 · 1 内部错误 · 2 用法或配置 · 3 连不上中继 · 4 需要输入 ·
    5 对方不在 · 6 答案不一致 · 7 邀请已用完 · 8 已过期 · 9 被拒绝 ·
    10 保险库打不开 · 11 没有这个邀请 · 12 中继的密钥不对 · 130 已中断
    Nightjar 还没有经过独立专家的审查。被人动过手脚的手机或电脑，能看到你看到的一切。

help-heading-usage = 用法：
help-heading-commands = 命令
help-heading-arguments = 参数
help-heading-options = 选项
help-heading-global = 所有命令通用的选项
help-value-command = 命令

help-global-home = 把所有文件放在这个文件夹（环境变量：NIGHTJAR_HOME）
help-global-ephemeral = 什么都不保存，只放在内存里，程序结束就没有了
help-global-relay = 使用的中继（环境变量：NIGHTJAR_RELAY）
help-global-relay-file = 从这个文件读取中继的地址；私有中继的地址只应放在文件里
help-global-json = 用 JSON 写出发生的事，每行一条
help-global-reveal = 在 JSON 里写出消息内容
help-global-no-input = 什么都不问；必须问的时候以退出码 4 结束
help-global-passphrase-fd = 从这个文件描述符读取口令
help-global-lang = 语言：en、ko 或 zh
help-global-color = 颜色：auto（自动）、always（总是）、never（从不）
help-global-quiet = 只显示结果、警告和错误
help-global-verbose = 显示更多；写两次更详细
help-global-help = 显示这份帮助
help-global-version = 显示版本

help-setup = 选好中继和口令，建立保险库

help-invite = 用一次性的号码或链接邀请对方
help-invite-ask = 问这个问题；知道答案的人才能进来
help-invite-name = 在这里怎么称呼对方
help-invite-digits = 可以口头报出的 14 位号码（默认）
help-invite-link = 带有中继地址的链接，也显示为二维码
help-invite-expires = 邀请的有效时间（默认 30m，最长 3d）
help-invite-duress = 另设一个应急答案；对方被迫作答时，只有你会知道
help-invite-answer-fd = 从这个文件描述符读取答案
help-invite-duress-fd = 从这个文件描述符读取应急答案
help-invite-no-qr = 不画二维码
help-invite-no-wait = 不等对方；对方可以以后再回答

help-join = 接受邀请；不加 --keep 就不会在这台电脑上保存任何东西
help-join-code-stdin = 从标准输入读取邀请
help-join-keep = 把这位联系人存进保险库
help-join-name = 在这里怎么称呼对方
help-join-answer-fd = 从这个文件描述符读取答案
help-join-timeout = 等对方多久

help-chat = 一行一行地对话
help-chat-contact = 和谁对话
help-chat-expires = 你发的消息保留多久（默认 24h，最长 7d）
help-chat-after-read = 对方看到以后再保留多久（默认 5m）

help-send = 发一条消息，内容来自标准输入或当场输入
help-send-contact = 发给谁
help-send-expires = 消息保留多久（默认 24h，最长 7d）
help-send-after-read = 对方看到以后再保留多久（默认 5m）
help-send-for-coercer = 标明这段话可以让胁迫对方的人看到
help-send-wait = 等到送达为止
help-send-timeout = 最多等多久（默认 1m）

help-recv = 显示收到的消息
help-recv-contact = 只看这个人发来的
help-recv-wait = 等这么久，看有没有消息来
help-recv-no-read-receipts = 不告诉对方你已经读了

help-peers = 列出联系人

help-wipe = 销毁这台电脑上的保险库和配置
help-wipe-yes = 不再询问是否确定

help-doctor = 看看哪里不正常，该怎么办

help-demo = 演示：在这台电脑上运行一个中继和两个人，大约一分钟
help-demo-speed = 快这么多倍，1 到 20

help-completions = 输出命令行补全脚本
help-completions-shell = bash、elvish、fish、powershell 或 zsh

help-man = 输出手册页
help-man-out = 给每个命令写一页，放进这个文件夹

help-dev-relay = 运行一个试用的中继，只在这台电脑上
help-dev-relay-port = 监听的端口；0 表示任选一个空闲端口
help-dev-relay-key-file = 把中继的密钥保存在这个文件里
help-dev-relay-access-key-file = 只让持有这个文件里访问密钥的人进来

help-dev-relay-stats-every = 每隔多少秒输出一次计数
