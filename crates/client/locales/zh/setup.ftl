# 初次设置、保险库、销毁，以及许多命令共用的话。

prompt-passphrase = 口令：
prompt-yes = 是 是的 对 好 y yes
prompt-no = 否 不 不是 n no
prompt-yes-or-no = 请输入 是（y）或 否（n）。

life-hours = { $hours } 小时 { $minutes } 分
life-days = { $days } 天 { $hours } 小时

vault-opening = 正在打开保险库…

setup-relay-hint = 中继只传递封好的消息，读不到内容。地址写成 host:port#key，私有中继写成 host:port#key.access。
setup-relay = 中继：
setup-passphrase-hint = 口令用来封存这里的东西，忘了谁也找不回来。四五个互不相干的词就很好。
setup-passphrase = 新口令：
setup-passphrase-again = 再输一次：
setup-passphrase-weak = 太短或太简单：至少要敲 { $least } 个键，不能都是同一个。
setup-passphrase-differ = 两次不一样，请重来。
setup-making = 正在建立保险库…
setup-done = ✓ 保险库建好了，在 { $path }。
setup-next = 接下来：要邀请别人，运行“nightjar invite”；收到了邀请，运行“nightjar join”。

wipe-warning = 这会销毁 { $path } 里的所有联系人和消息，无法恢复。
wipe-confirm = 确定全部销毁吗？（是/否）
wipe-done = ✓ 已销毁 { $path } 里的保险库和配置。
wipe-best-effort = 文件已被覆盖并删除。固态硬盘、手机和备份里仍可能留有痕迹。对方收到的内容只有对方能删除。

harden-core-dumps = 没能关闭核心转储；程序崩溃时，秘密可能会留在文件里。
harden-swap-limit = 可锁定的内存太少，秘密可能会被写进交换区。请加密交换区，或者提高限制（ulimit -l unlimited）。
harden-swap-unsupported = 这个系统无法阻止内存被写进交换区。请加密磁盘。
