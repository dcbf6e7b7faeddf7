"""Mail programs with windows, which are driven without a screen: their settings.
SPDX-License-Identifier: GPL-2.0-or-later
"""

SYLPHEED = {
    "/root/.sylpheed-2.0/sylpheedrc": "[Common]\nreceive_on_startup=0\n",
    "/root/.sylpheed-2.0/accountrc": """[Account: 1]
account_name=alice@example.com
is_default=1
name=Alice
address=alice@example.com
protocol=0
receive_server=pop.example.com
smtp_server=pop.example.com
user_id=alice
password=wonderland
inbox=inbox
remove_mail=1
message_leave_time=7
""",
    "/root/.sylpheed-2.0/folderlist.xml": """<?xml version="1.0" encoding="UTF-8"?>
<folderlist>
  <folder type="mh" name="Mailbox" path="Mail">
    <folderitem type="inbox" name="inbox" path="inbox"/>
  </folder>
</folderlist>
""",
    "/root/Mail/inbox/.keep": "",
}
SYLPHEED_COMMAND = ("xvfb-run -a sh -c 'sylpheed --receive-all & "
                    "for n in $(seq 30); do sleep 0.5; [ -e /root/Mail/inbox/3 ] && break; done;"
                    " sleep 1; sylpheed --exit; wait'")

# The password goes into Thunderbird's own store of logins, by a script that it runs when it starts.
THUNDERBIRD = {
    "/usr/lib/thunderbird/defaults/pref/autoconfig.js": """pref("general.config.filename", "start.cfg");
pref("general.config.obscure_value", 0);
pref("general.config.sandbox_enabled", false);
""",
    "/usr/lib/thunderbird/start.cfg": """// The first line is skipped.
const login = Components.classes["@mozilla.org/login-manager/loginInfo;1"]
    .createInstance(Components.interfaces.nsILoginInfo);
login.init("mailbox://pop.example.com", null, "mailbox://pop.example.com", "alice", "wonderland", "", "");
Services.obs.addObserver(() => Services.logins.addLoginAsync(login), "final-ui-startup");
""",
    "/root/thunderbird/user.js": """user_pref("app.update.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("mail.account.account1.identities", "id1");
user_pref("mail.account.account1.server", "server1");
user_pref("mail.accountmanager.accounts", "account1");
user_pref("mail.accountmanager.defaultaccount", "account1");
user_pref("mail.identity.id1.fullName", "Alice Example");
user_pref("mail.identity.id1.useremail", "alice@example.com");
user_pref("mail.identity.id1.valid", true);
user_pref("mail.rights.version", 1);
user_pref("mail.server.server1.authMethod", 3);
user_pref("mail.server.server1.check_new_mail", true);
user_pref("mail.server.server1.directory-rel", "[ProfD]Mail/pop.example.com");
user_pref("mail.server.server1.download_on_biff", true);
user_pref("mail.server.server1.hostname", "pop.example.com");
user_pref("mail.server.server1.leave_on_server", true);
user_pref("mail.server.server1.login_at_startup", true);
user_pref("mail.server.server1.name", "alice@example.com");
user_pref("mail.server.server1.port", 110);
user_pref("mail.server.server1.socketType", 0);
user_pref("mail.server.server1.type", "pop3");
user_pref("mail.server.server1.userName", "alice");
user_pref("mail.shell.checkDefaultClient", false);
user_pref("mailnews.start_page.enabled", false);
""",
}
THUNDERBIRD_COMMAND = ("thunderbird --headless --no-remote --profile /root/thunderbird & "
                       "for n in $(seq 90); do sleep 0.5;"
                       " grep -qs 19:40 /root/thunderbird/Mail/pop.example.com/Inbox && break; done;"
                       " sleep 2; kill $!")
