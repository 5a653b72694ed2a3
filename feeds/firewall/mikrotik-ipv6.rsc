# /import file-name=mikrotik-ipv6.rsc
# Drop by both lists, moqhao and moqhao-old: the second holds the list while it is renewed.
/ipv6 firewall address-list
:foreach entry in=[find list=moqhao] do={ :do { set $entry list=moqhao-old } on-error={ remove $entry } }
remove [find list=moqhao-old]
