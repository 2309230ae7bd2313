# 첨부: 사진, 음성 쪽지, 파일. 알리는 말, 오류, 옵션 설명.

file-kind-voice = 음성 쪽지
file-kind-photo = 사진
file-kind-file = 파일
file-voice = 음성 쪽지 { $length }, { $size }
file-photo = 사진, { $size }
file-file = 파일, { $size }

file-in = { $name } 님이 { $number }번을 보냈습니다 · 남은 시간 { $life }
file-item = {"  "}· { $what }
file-in-open = 여는 방법: nightjar open { $name } { $number }
file-progress = { $kind } · { $size } 중 { $percent } % · 초당 { $rate } · 남은 시간 { $left }
file-fetched = { $name } 님의 { $number }번이 모두 왔습니다.
file-damaged = { $name } 님의 { $number }번 첨부 { $item }이(가) 보낸 사람이 말한 것과 다릅니다. 보여 주지 않으며, 나머지는 그대로입니다.
file-disk = 디스크가 { $number }번의 첨부를 받지 않습니다: { $detail }. 다시 시도합니다. 메시지는 계속 옵니다.
file-lost = 보낸 메시지 { $number }의 첨부가 이 디스크에 더는 없습니다 ({ $detail }). 보낼 수 없습니다.
file-rest-out = 중계 서버에 아직 다 올라가지 않았습니다. 나머지는 시간이 끝나기 전까지 다음번에 보냅니다.
file-preparing = 준비하는 중…

file-listed = {"  "}{ $item } · { $what }
file-listed-partly = {"  "}{ $item } · { $what } · 아직 다 오지 않음
file-listed-damaged = {"  "}{ $item } · { $what } · 손상됨
file-save-hint = 남겨 두려면: nightjar open { $name } --save 경로. 그러면 디스크에 그대로 저장됩니다.
file-saved = ✓ 저장했습니다: { $path }

send-caption = 함께 적을 말 (비워도 됩니다):

failure-files-too-many = 한 메시지에 첨부가 너무 많습니다. 최대 { $most }개입니다.
failure-files-too-many-next = 나머지는 다른 메시지로 보내세요.

failure-file-empty = “{ $name }” 파일이 비어 있습니다.
failure-file-empty-next = 내용이 있는 파일을 고르세요.

failure-file-unreadable = “{ $name }” 파일을 읽을 수 없습니다: { $detail }.
failure-file-unreadable-next = 이름과 읽기 권한을 확인하세요. 폴더와 장치는 보낼 수 없습니다.

failure-file-changed = “{ $name }” 파일이 읽는 동안 바뀌었습니다. 아무것도 보내지 않았습니다.
failure-file-changed-next = 파일에 쓰는 작업이 끝난 뒤 다시 보내세요.

failure-file-unknown = { $name } 님에게서 온 그런 첨부가 없거나, 시간이 끝났습니다.
failure-file-unknown-next = “nightjar recv”와 대화 중의 “/list”가 무엇이 있는지 알려 줍니다.

failure-file-incomplete = 아직 다 오지 않았습니다.
failure-file-incomplete-next = 나중에 다시 해 보세요. 온 것은 남아 있고, 상대방이 연결되면 나머지가 옵니다. 메시지의 다른 첨부는 --item 으로 열 수 있습니다.

failure-file-damaged = 첨부가 손상되었습니다. 보낸 사람이 말한 것과 다르거나, 디스크에서 일부가 없어졌습니다.
failure-file-damaged-next = 다시 보내 달라고 하세요. 아무것도 저장하지 않았습니다.

failure-save-exists = { $path }에 이미 무언가 있습니다. 바꾸지 않았습니다.
failure-save-exists-next = 다른 이름을 고르세요.

failure-save-folder = 첨부가 여럿인데 { $path }은(는) 폴더가 아닙니다.
failure-save-folder-next = 폴더를 정하거나 --item 으로 하나를 고르세요.

failure-save-failed = { $path }에 저장하지 못했습니다: { $detail }.
failure-save-failed-next = 그곳에 아무것도 남기지 않았습니다. 자리를 비우거나 다른 곳을 골라, 시간이 끝나기 전에 다시 여세요.

help-send-photo = 이 사진을 보냅니다. 파일에 적힌 장소, 시각, 카메라는 빠집니다. 여러 번 쓸 수 있습니다
help-send-voice = 이 음성 쪽지(Ogg Opus)를 태그 없이 보냅니다. 여러 번 쓸 수 있습니다
help-send-file = 이 파일을 그대로 보냅니다. 여러 번 쓸 수 있습니다
help-send-full-size = 사진의 화소를 모두 보냅니다

help-recv-no-files = 첨부는 주고받지 않고 메시지만 받습니다

help-open = 메시지에 첨부된 것을 엽니다: 보거나 저장합니다
help-open-contact = 누가 보낸 것인지
help-open-number = 메시지 번호. 없으면 아직 열지 않은 가장 오래된 것
help-open-item = 첨부 가운데 이것만, 1부터
help-open-save = 여기에 그대로 저장합니다: 새 파일 또는 폴더
help-open-no-picture = 터미널에 사진을 그리지 않습니다
