"""TOP: headers and a few lines, without the whole mails.
SPDX-License-Identifier: GPL-2.0-or-later
"""
import mails
import servers

PERL = r"""
use Net::POP3;
my $pop = Net::POP3->new("pop.example.com", Timeout => 20) or die;
$pop->login("alice", "wonderland") or die;
my $list = $pop->list;
for my $n (sort { $a <=> $b } keys %$list) {
    my $lines = $pop->top($n, 0);
    print grep(/^Subject/, @$lines);
}
print @{$pop->top(1, 3)};
print @{$pop->top(2, 1000)};   # more lines than there are: the whole mail
$pop->quit;
"""


def play(scene):
    box = [mails.medium(n, 6) for n in (1, 2)] + mails.everyday(3)
    server = servers.Courier(scene, {"alice": box})
    client = scene.machine("alice-pc.example.org")
    scene.connect(alice_pc="delay=20,jitter=4")
    with scene.capture("top-preview", client, server=server.describe(), client=client.client("Net::POP3"),
                       shows="Previews with TOP: no body, three lines, and more lines than there are.",
                       tries="pop.request.lines == 0"):
        client.write("/root/top.pl", PERL)
        client.sh("perl /root/top.pl")
