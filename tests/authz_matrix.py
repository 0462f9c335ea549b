"""Who may do what, on one page. A new address or live command needs a row here (tests/test_authz.py).

A policy is a letter for each of eleven people, in the order of PEOPLE:

    o  past the door (a form may still have faults)      x  403: known here, but may not
    s  asked to sign in                                  n  404: not there for them, like any unknown id
    j  sent to the page where one types a code           r  sent back with a sentence, nothing done
    -  405: the address has no such method

Harrow's Ada (admin), Fiona (facilitator), Sam (Sales, whose touchpoint, answer, remark and promise it is), Sue
(Customer service), Elena (executive), Otto (observer); Gus, a guest for Sales in this journey; Vera, a guest in
another journey of Harrow's; Olga, admin of another organisation; somebody whose membership ended; nobody.
"""

PEOPLE = ("ada", "fiona", "sam", "sue", "elena", "otto", "gus", "visitor", "olga", "gone", "nobody")

OPEN = "ooooooooooo"
ACCOUNTS = "oooooossoos"  # whoever has an account, about themselves
ACCOUNTS_NO_GUESTS = "ooooooxxoos"
KNOWN = "oooooooooos"  # members and guests, wherever they belong
MEMBERS = "ooooooxxnns"
LEADERS = "ooxxxxxxnns"  # facilitators and administrators, about people
ADMINS = "oxxxxxxxnns"
ROOM = "ooooooonnns"  # whoever may see the journey
ROOM_NO_GUESTS = "ooooooxnnns"
ROOM_LEADERS = "ooxxxxxnnns"
EDITORS = "ooooxxxnnns"  # leaders and representatives
PROMISERS = "ooooxxonnns"  # and guests, for their department
OWNERS = "oooxxxonnns"  # of the thing: leaders, and its department
AUTHOR = "oooxxxxnnns"  # leaders, and whose it is
NOT_THERE = "nnnnnnnnnnn"
NOT_SET_UP = "nnnnnnssnns"  # about a second factor that nobody here has

# Pages of django-allauth take PUT as POST and look at who one is before they look at the method, so they are
# held to one policy for every method, or to "-".
ANY = "any method"

URLS: dict[str, dict[str, str]] = {
    # for supervisors
    "healthz": {"GET": OPEN},
    "readyz": {"GET": OPEN},
    # accounts: signing in and up, one's password
    "account_login": {ANY: OPEN},
    "account_request_login_code": {ANY: OPEN},
    "account_confirm_login_code": {ANY: OPEN},
    "mfa_authenticate": {ANY: OPEN},
    "account_reauthenticate": {ANY: "xxxxxxssxxs"},  # only between two requests
    "mfa_reauthenticate": {ANY: "xxxxxxssxxs"},
    "account_inactive": {ANY: OPEN},
    "account_logout": {ANY: OPEN},
    "account_signup": {ANY: OPEN},
    "account_email_verification_sent": {ANY: OPEN},
    "account_change_password": {ANY: ACCOUNTS},
    "account_set_password": {ANY: ACCOUNTS},
    "account_reset_password": {ANY: OPEN},
    "account_confirm_password_reset_code": {ANY: OPEN},
    "account_complete_password_reset": {ANY: OPEN},
    "account_password_reset_completed": {ANY: OPEN},
    "mfa_index": {ANY: ACCOUNTS},
    "mfa_activate_totp": {ANY: ACCOUNTS},
    "mfa_deactivate_totp": {ANY: NOT_SET_UP},
    "mfa_view_recovery_codes": {ANY: NOT_SET_UP},
    "mfa_generate_recovery_codes": {ANY: ACCOUNTS},
    "mfa_download_recovery_codes": {ANY: NOT_SET_UP},
    "mfa_list_webauthn": {ANY: ACCOUNTS},
    "mfa_add_webauthn": {ANY: ACCOUNTS},
    "mfa_edit_webauthn": {ANY: NOT_SET_UP},
    "mfa_remove_webauthn": {ANY: NOT_SET_UP},
    "mfa_login_webauthn": {ANY: OPEN},
    "mfa_reauthenticate_webauthn": {ANY: "xxxxxxssxxs"},
    # accounts: oneself and one's organisations
    "you": {"GET": ACCOUNTS_NO_GUESTS, "POST": ACCOUNTS_NO_GUESTS},
    "mails": {"GET": ACCOUNTS_NO_GUESTS, "POST": ACCOUNTS_NO_GUESTS},
    "token_add": {"POST": ACCOUNTS_NO_GUESTS},
    "token_revoke": {"POST": "nnonnnxxnns"},  # it is Sam's
    "browser_end": {"POST": "nnonnnxxnns"},  # it is Sam's
    "browsers_end": {"POST": ACCOUNTS_NO_GUESTS},
    "organisation_new": {"GET": KNOWN, "POST": KNOWN},
    "organisation_open": {"POST": MEMBERS},
    "demo_sign_in": {"POST": NOT_THERE},  # in demo mode only
    # accounts: an organisation's people
    "members": {"GET": LEADERS},
    "member": {"GET": ADMINS, "POST": ADMINS},
    "member_access": {"POST": ADMINS},
    "member_leave": {"GET": ADMINS, "POST": ADMINS},
    "organisation_settings": {"GET": ADMINS, "POST": ADMINS},
    "webhooks": {"GET": ADMINS, "POST": ADMINS},
    "webhook": {"POST": ADMINS},
    "audit": {"GET": ADMINS},
    "outbox": {"GET": LEADERS, "POST": LEADERS},
    "audit_csv": {"GET": ADMINS},
    "contacts": {"GET": LEADERS},
    "contact_erase": {"GET": LEADERS, "POST": LEADERS},
    "invite": {"GET": LEADERS, "POST": LEADERS},
    "invitation_again": {"GET": LEADERS, "POST": LEADERS},
    "invitation_withdraw": {"POST": LEADERS},
    "departments": {"GET": MEMBERS, "POST": LEADERS},
    "department_work": {"GET": MEMBERS, "POST": MEMBERS},
    "department": {"GET": LEADERS, "POST": LEADERS},
    "department_remove": {"GET": ADMINS, "POST": ADMINS},
    "mailbox": {"GET": ADMINS},
    "mail": {"GET": ADMINS},
    "invitation": {"GET": OPEN, "POST": OPEN},  # the link is the key
    # accounts: guests
    "join": {"GET": OPEN, "POST": OPEN},
    "join_name": {"GET": "jjjjjjjjjjj", "POST": "jjjjjjjjjjj"},  # nobody here typed a code before
    "join_lobby": {"GET": "jjjjjjoojjj"},
    "leave": {"POST": "jjjjjjjjjjj"},
    "lobby": {"GET": ROOM_LEADERS},
    "lobby_code": {"POST": ROOM_LEADERS},
    "lobby_admit": {"POST": ROOM_LEADERS},
    "lobby_remove": {"POST": ROOM_LEADERS},
    # touchpoints
    "journeys": {"GET": KNOWN},
    "journey_new": {"GET": "ooxxxxnnons", "POST": "ooxxxxnnons"},
    "journey": {"GET": ROOM},
    "findings": {"GET": ROOM},
    "measurement_plan": {"GET": ROOM_NO_GUESTS},
    "personas": {"GET": ROOM},
    "persona_new": {"GET": ROOM_LEADERS, "POST": ROOM_LEADERS},
    "persona": {"GET": ROOM_LEADERS, "POST": ROOM_LEADERS},
    "persona_remove": {"POST": ROOM_LEADERS},
    "persona_bring_back": {"POST": ROOM_LEADERS},
    "persona_way": {"GET": ROOM, "POST": PROMISERS},
    "journey_file": {"GET": ROOM_NO_GUESTS},
    "versions": {"GET": ROOM_NO_GUESTS, "POST": ROOM_LEADERS},
    "version": {"GET": ROOM_NO_GUESTS, "POST": ROOM_LEADERS},
    "version_map": {"GET": ROOM_NO_GUESTS},
    "version_bring_back": {"POST": ROOM_LEADERS},
    "version_remove": {"POST": ROOM_LEADERS},
    "version_undo": {"POST": ROOM_LEADERS},
    "journey_bring_in": {"GET": "ooxxxxnnons", "POST": "ooxxxxnnons"},
    # voices
    "comments": {"GET": ROOM_NO_GUESTS},
    "comments_place": {"POST": EDITORS},
    "comments_place_sure": {"POST": EDITORS},
    "comments_undo": {"POST": EDITORS},
    "comments_file": {"GET": ROOM_NO_GUESTS},
    "coding": {"GET": EDITORS, "POST": EDITORS},
    "second_reading": {"GET": EDITORS, "POST": EDITORS},
    "issues": {"GET": ROOM_NO_GUESTS, "POST": EDITORS},
    "painted": {"GET": ROOM_NO_GUESTS},
    "aims": {"GET": ROOM_NO_GUESTS, "POST": ROOM_LEADERS},
    "aim": {"GET": ROOM_NO_GUESTS, "POST": ROOM_LEADERS},
    "issues_from_themes": {"POST": EDITORS},
    "bring_in": {"GET": ROOM_LEADERS, "POST": ROOM_LEADERS},
    "touchpoint_comments": {"GET": ROOM},
    "strongest_words": {"GET": ROOM},
    "import": {"GET": ROOM_LEADERS, "POST": ROOM_LEADERS},
    "import_start": {"POST": ROOM_LEADERS},
    "import_progress": {"GET": ROOM_LEADERS},
    "import_undo": {"POST": ROOM_LEADERS},
    "import_invalid": {"GET": ROOM_LEADERS},
    # workshops
    "workshops": {"GET": KNOWN},
    "journey_archive": {"POST": ROOM_LEADERS},
    "journey_workshops": {"GET": ROOM},
    "workshop_pick": {"GET": "ooxxxxnnons", "POST": "ooxxxxnnons"},
    "workshop_step": {"GET": "ooxxxxnnons", "POST": "ooxxxxnnons"},
    "workshop_new": {"GET": ROOM_LEADERS},
    "workshop_next": {"GET": ROOM_LEADERS},
    "rehearsal_start": {"POST": "ooxxxxnnons"},
    "rehearsal": {"POST": "nnxxxxxnnns"},  # this one is real
    "workshop_agenda": {"GET": ROOM_LEADERS, "POST": ROOM_LEADERS},
    "workshop_roster": {"GET": ROOM_LEADERS, "POST": ROOM_LEADERS},
    "workshop_reply": {"POST": ROOM},
    "workshop_calendar": {"GET": ROOM},
    "workshop": {"GET": ROOM},
    "workshop_projector": {"GET": ROOM},
    "workshop_hand": {"POST": ROOM},
    "workshop_ask_in": {"POST": ROOM_LEADERS},
    "workshop_park": {"POST": ROOM},
    "workshop_parked": {"POST": "oorrrrrnnns"},
    "workshop_enter": {"POST": ROOM},
    "workshop_run": {"POST": "oorrrrrnnns"},
    "workshop_ready": {"POST": ROOM},
    "workshop_rate": {"POST": ROOM},
    "workshop_vote": {"POST": ROOM},
    "love_to_ask": {"GET": ROOM},
    "workshop_answers": {"POST": "rroorronnns"},  # people who speak for a department
    "workshop_answer": {"POST": "rrorrrrnnns"},  # it is Sam's, and private
    # actions
    "home": {"GET": OPEN},
    "actions": {"GET": "oooooonnons"},
    "actions_many": {"POST": "oooooonnons"},  # each promise is asked about by itself
    "actions_undo": {"POST": "oooooonnons"},  # takes back one's own steps only
    "actions_feed": {"POST": "oooooonnons"},
    "actions_file": {"GET": "oooooonnons"},
    "action_move": {"POST": "oooxxxnnnns"},
    "calendar_feed": {"GET": OPEN},  # the address is the key
    "action": {"GET": ROOM, "POST": AUTHOR},
    "action_edit": {"GET": AUTHOR, "POST": AUTHOR},
    "action_proof": {"POST": AUTHOR},
    "action_note": {"POST": ROOM},
    "need_answer": {"POST": ROOM_NO_GUESTS},
    "follow_up": {"POST": ROOM_NO_GUESTS},
    "action_new": {"GET": PROMISERS, "POST": PROMISERS},
    "workshop_results": {"GET": ROOM, "POST": ROOM},  # whether this promise may be told of, the command asks
    "workshop_promises": {"GET": ROOM, "POST": "ooorrronnns"},  # Sales says that it promises nothing
    "workshop_close": {"GET": ROOM_LEADERS, "POST": ROOM_LEADERS},
    "workshop_health": {"GET": ROOM_LEADERS},
    "report_back_calendar": {"GET": ROOM},
    "report": {"GET": ROOM_NO_GUESTS},
    "report_keep": {"POST": "ooxxoxxnnns"},
    "report_kept": {"GET": ROOM_NO_GUESTS},
    "report_progress": {"GET": ROOM_NO_GUESTS},
    "report_stop": {"POST": "ooxxoxxnnns"},
    "report_file": {"GET": ROOM_NO_GUESTS},
    "report_kept_file": {"GET": ROOM_NO_GUESTS},
    "report_compare": {"GET": ROOM_NO_GUESTS},
    "report_links": {"GET": "ooxxxxxnnns", "POST": "ooxxxxxnnns"},
    "report_link_revoke": {"POST": "ooxxxxxnnns"},
    "report_link": {"GET": OPEN, "POST": OPEN},  # the link is the key
    "reply": {"GET": OPEN, "POST": OPEN},  # the link is the key
    "mail_stop": {"GET": OPEN, "POST": OPEN},  # and here
    # the API
    "api_me": {"GET": KNOWN},
    "api_organisations": {"GET": KNOWN},
    "api_departments": {"GET": "oooooonnnns"},
    "api_members": {"GET": "oooooonnnns"},
    "api_journeys": {"GET": KNOWN, "POST": "ooxxxxnnnns"},
    "api_journey": {"GET": ROOM, "PATCH": ROOM_LEADERS},
    "api_snapshot": {"GET": ROOM},
    "api_events": {"GET": ROOM},
    "api_commands": {"POST": ROOM},  # then the command's own row
    "api_stages": {"GET": ROOM, "POST": ROOM_LEADERS},
    "api_stages_one": {"GET": ROOM, "PATCH": ROOM_LEADERS, "DELETE": ROOM_LEADERS},
    "api_touchpoints": {"GET": ROOM, "POST": PROMISERS},
    "api_touchpoints_one": {"GET": ROOM, "PATCH": OWNERS, "DELETE": OWNERS},
    "api_channels": {"GET": ROOM, "POST": ROOM_LEADERS},
    "api_channels_one": {"GET": ROOM},
    "api_versions": {"GET": ROOM, "POST": ROOM_LEADERS},
    "api_versions_one": {"GET": ROOM, "PATCH": ROOM_LEADERS, "DELETE": ROOM_LEADERS},
    "api_history": {"GET": ROOM},
    "api_remarks": {"GET": ROOM, "POST": ROOM},
    "api_remarks_one": {"GET": ROOM, "DELETE": AUTHOR},
    "api_proposals": {"GET": ROOM, "POST": ROOM},
    "api_proposals_one": {"GET": ROOM, "PATCH": OWNERS},
    "api_issues": {"GET": ROOM, "POST": EDITORS},
    "api_issues_one": {"GET": ROOM, "PATCH": EDITORS, "DELETE": EDITORS},
    "api_comments": {"GET": ROOM_NO_GUESTS},
    "api_imports": {"GET": ROOM_LEADERS, "POST": ROOM_LEADERS},
    "api_import": {"GET": ROOM_LEADERS},
    "api_schema": {"GET": OPEN},
    "api_asyncapi": {"GET": OPEN},
    "api_docs": {"GET": OPEN},
    "api_nothing": {ANY: NOT_THERE},
}

# The socket: o is let in, n is closed with 4404, s with 4401.
SOCKET = "ooooooonnns"

# Live commands, over the socket and through the API alike, with the data of tests/live/payloads.py. From outside
# everything is forbidden; n is for what one may not even know of.
ALL = "oooooooxxxx"
LEADS = "ooxxxxxxxxx"
SPEAKS = "ooooxxxxxxx"  # leaders and representatives
PROMISES = "ooooxxoxxxx"  # and guests, for their department
OWNS = "oooxxxoxxxx"  # leaders, and whose department answers for the touchpoint
WROTE = "oooxxxxxxxx"  # leaders, and whose it is
SPONSOR = "xxxxoxxxxxx"  # Elena, whose workshop it is to follow up
SECRET = "nnonnnnxxxx"  # Sam's, before the reveal: not even facilitators

COMMANDS: dict[str, str] = {
    "journey.change": LEADS,
    "journey.write": LEADS,
    "stage.add": LEADS,
    "stage.change": LEADS,
    "stage.write": LEADS,
    "stage.move": LEADS,
    "stage.split": LEADS,
    "stage.remove": LEADS,
    "touchpoint.add": PROMISES,
    "touchpoint.change": OWNS,
    "touchpoint.write": OWNS,
    "touchpoint.move": OWNS,
    "touchpoint.remove": OWNS,
    "channel.add": LEADS,
    "remark.add": ALL,
    "remark.remove": WROTE,
    "proposal.add": ALL,
    "proposal.accept": OWNS,
    "proposal.reject": OWNS,
    "aim.add": LEADS,
    "aim.change": LEADS,
    "aim.write": LEADS,
    "aim.remove": LEADS,
    "persona.add": LEADS,
    "persona.change": LEADS,
    "persona.write": LEADS,
    "persona.remove": LEADS,
    "experience.set": OWNS,
    "experience.write": OWNS,
    "version.keep": LEADS,
    "version.change": LEADS,
    "version.remove": LEADS,
    "version.bring_back": LEADS,
    "comment.place": SPEAKS,
    "comment.code": SPEAKS,
    "comment.mark": SPEAKS,
    "comment.second": SPEAKS,
    "comment.add": LEADS,
    "comment.remove": LEADS,
    "comment.import": LEADS,
    "comment.undo_import": LEADS,
    "issue.add": SPEAKS,
    "issue.change": SPEAKS,
    "issue.write": SPEAKS,
    "issue.remove": SPEAKS,
    "workshop.open": LEADS,
    "workshop.change": LEADS,
    "workshop.write": LEADS,
    "workshop.reply": ALL,
    "workshop.book_report_back": LEADS,
    "participant.ask": LEADS,
    "participant.change": LEADS,
    "participant.remove": LEADS,
    "phase.add": LEADS,
    "phase.change": LEADS,
    "phase.move": LEADS,
    "phase.remove": LEADS,
    "workshop.go_live": LEADS,
    "workshop.next_phase": LEADS,
    "workshop.previous_phase": LEADS,
    "workshop.pause": LEADS,
    "workshop.add_minute": LEADS,
    "workshop.make_up": LEADS,
    "workshop.reveal": LEADS,
    "workshop.close": LEADS,
    "workshop.read_out": LEADS,
    "workshop.accept_report_back": SPONSOR,
    "workshop.enter": ALL,
    "workshop.say_ready": ALL,
    "workshop.start_again": LEADS,
    "workshop.lead": LEADS,
    "workshop.spotlight": LEADS,
    "workshop.bring": LEADS,
    "workshop.lock": LEADS,
    "workshop.ask_in": LEADS,
    "workshop.raise_hand": ALL,
    "parked.add": ALL,
    "parked.settle": LEADS,
    "parked.remove": WROTE,  # Sam put it there
    "workshop.open_ratings": LEADS,
    "workshop.settle": LEADS,
    "rating.give": ALL,
    "answer.add": OWNS,  # the data answer for Sales
    "answer.change": SECRET,
    "answer.write": SECRET,
    "answer.remove": SECRET,
    "answer.group": PROMISES,
    "answer.ask": PROMISES,
    "answer.react": ALL,
    "reply.add": ALL,
    "reply.remove": WROTE,
    "tie.add": PROMISES,
    "tie.remove": WROTE,
    "vote.open": LEADS,
    "vote.cast": ALL,
    "vote.close": LEADS,
    "action.add": PROMISES,
    "action.change": WROTE,
    "action.write": WROTE,
    "result.mark": WROTE,
    "action.note": ALL,
    "proof.add": WROTE,
    "proof.remove": WROTE,
    "no_action.say": OWNS,  # for Sales
    "no_action.take_back": OWNS,
}
