# 처음 설정, 금고, 없애기, 여러 명령이 함께 쓰는 말.

prompt-passphrase = 암호:
prompt-yes = 예 네 ㅇ y yes
prompt-no = 아니오 아니요 아뇨 ㄴ n no
prompt-yes-or-no = 예(y)나 아니오(n)로 답해 주세요.

life-hours = { $hours }시간 { $minutes }분
life-days = { $days }일 { $hours }시간

vault-opening = 금고를 여는 중…

setup-relay-hint = 중계 서버는 봉인된 메시지를 나르기만 하고 읽지 못합니다. 주소는 host:port#key 모양이고, 비공개 서버는 host:port#key.access 모양입니다.
setup-relay = 중계 서버:
setup-passphrase-hint = 암호는 여기 저장되는 것을 봉인합니다. 잊으면 아무도 되찾아 줄 수 없습니다. 아무 상관 없는 낱말 네댓 개가 좋습니다.
setup-passphrase = 새 암호:
setup-passphrase-again = 한 번 더:
setup-passphrase-weak = 너무 짧거나 단순합니다. 자판을 { $least }번 이상 누르는 길이로, 같은 글자만 되풀이하지 마세요.
setup-passphrase-differ = 두 번이 서로 달랐습니다. 다시 해 주세요.
setup-making = 금고를 만드는 중…
setup-done = ✓ { $path } 폴더에 금고를 만들었습니다.
setup-next = 이제 초대하려면 “nightjar invite”, 초대를 받았다면 “nightjar join”을 실행하세요.

wipe-warning = { $path } 폴더에 있는 사람들과 메시지를 모두 없앱니다. 되돌릴 수 없습니다.
wipe-confirm = 정말 모두 없앨까요? (예/아니오)
wipe-done = ✓ { $path } 폴더의 금고와 설정을 없앴습니다.
wipe-best-effort = 파일을 덮어쓰고 지웠습니다. SSD와 휴대전화, 백업에는 흔적이 남을 수 있습니다. 상대방이 받은 것은 상대방만 지울 수 있습니다.

harden-core-dumps = 코어 덤프를 끌 수 없었습니다. 프로그램이 갑자기 죽으면 비밀이 파일에 남을 수 있습니다.
harden-swap-limit = 잠글 수 있는 메모리가 적어서 비밀이 스왑에 쓰일 수 있습니다. 스왑을 암호화하거나 한도를 늘리세요 (ulimit -l unlimited).
harden-swap-unsupported = 이 시스템에서는 메모리가 스왑에 쓰이는 것을 막을 수 없습니다. 디스크를 암호화하세요.
