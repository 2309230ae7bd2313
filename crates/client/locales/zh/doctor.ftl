# doctor 检查什么，发现了什么。

doctor-title = 逐项检查需要正常工作的地方
doctor-ok = 正常
doctor-warning = 注意
doctor-bad = 有问题

doctor-check-config = 配置
doctor-check-home = 文件夹
doctor-check-vault = 保险库
doctor-check-memory = 内存
doctor-check-dumps = 核心转储
doctor-check-random = 随机数
doctor-check-relay = 中继地址
doctor-check-access = 访问密钥
doctor-check-connect = 连接
doctor-check-key = 中继的密钥
doctor-check-trip = 往返
doctor-check-clock = 时钟

doctor-config-none = 没有，使用默认值
doctor-config-read = { $path } 没有问题
doctor-home-private = { $path } 只有你能看
doctor-home-open = { $path } 别人也能读，请运行 chmod 700
doctor-home-none = { $path } 还不存在
doctor-vault-there = 有，{ $size } KiB
doctor-vault-none = 还没有，请运行“nightjar setup”
doctor-memory-locked = 不会写进交换区
doctor-dumps-off = 已关闭
doctor-random-works = 系统可以提供
doctor-relay-given = { $relay }
doctor-access-none = 没有：知道地址的人都能用这个中继
doctor-access-held = 在 { $path } 里，只有你能读
doctor-access-open = 别人能读 { $path }；请运行：chmod 600
doctor-connect-works = { $millis } 毫秒内回应
doctor-key-fits = 和地址相符
doctor-trip-works = 封好的一份在 { $millis } 毫秒内回来了
doctor-clock-fits = 相差 { $seconds } 秒

doctor-all-well = ✓ 一切正常。
doctor-some = 有 { $count } 处需要看一看。
