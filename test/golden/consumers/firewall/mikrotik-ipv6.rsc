# /import file-name=mikrotik-ipv6.rsc
# Drop by both lists, moqhao and moqhao-old: the second holds the list while it is renewed.
/ipv6 firewall address-list
:foreach entry in=[find list=moqhao] do={ :do { set $entry list=moqhao-old } on-error={ remove $entry } }
:do { add list=moqhao address=2a00:85::5/128 } on-error={}
:do { add list=moqhao address=2a00:ed1::11/128 } on-error={}
remove [find list=moqhao-old]
