"""Every page, grouped by room."""

from allauth.account import views as allauth
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import path, re_path

from accounts import api as people_api
from accounts.views import invitations, joining, lobby, members, you
from actions import audit_views, commit_views, contact_views, organisation_views, webhook_views
from actions import department_views as department_pages
from actions import list_views as promises
from actions import mail_views as mail_pages
from actions import need_views as needs
from actions import outbox_views as mail_outbox
from actions import reply_views as replies
from actions import report_link_views as shared_reports
from actions import report_views as reports
from actions import result_views as result_pages
from actions import views as actions
from actions import workshop_list_views as workshops
from actions.departments import landing
from journeymap import api as own_api
from journeymap import health
from journeymap.about import about_room
from live import api as live_api
from live.resources import OneRecord, Records
from personas import file_views as journey_files
from personas import version_views as versions
from personas import views as personas
from touchpoints import api as map_api
from touchpoints import views as touchpoints
from voices import api as voices_api
from voices.views import aims, bring_in, coding, desk, issues, second
from workshops.views import asking, planning, rehearsing, starting
from workshops.views import doing as in_room
from workshops.views import room as workshop_room

REPORT_FORMS = r"letter\.pdf|pdf|pptx|xlsx|md"

urlpatterns = [
    # for supervisors
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    # accounts: signing in and up, one's password (allauth's doors under our addresses)
    path("sign-in/", allauth.login, name="account_login"),
    path("sign-in/code/", allauth.request_login_code, name="account_request_login_code"),
    path("sign-in/code/confirm/", allauth.confirm_login_code, name="account_confirm_login_code"),
    path("sign-in/second-factor/", second_factor.authenticate, name="mfa_authenticate"),
    path("sign-in/again/", allauth.reauthenticate, name="account_reauthenticate"),
    path("sign-in/again/second-factor/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("sign-in/again/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("sign-in/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("sign-in/closed/", allauth.account_inactive, name="account_inactive"),
    path("sign-out/", allauth.logout, name="account_logout"),
    path("sign-up/", allauth.signup, name="account_signup"),
    path("sign-up/confirm/", allauth.email_verification_sent, name="account_email_verification_sent"),
    path("password/", allauth.password_change, name="account_change_password"),
    path("password/set/", allauth.password_set, name="account_set_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/confirm/", allauth.confirm_password_reset_code, name="account_confirm_password_reset_code"),
    path("password/reset/complete/", allauth.complete_password_reset, name="account_complete_password_reset"),
    path("password/reset/done/", allauth.password_reset_from_key_done, name="account_password_reset_completed"),
    path("second-factor/", second_factor.index, name="mfa_index"),
    path("second-factor/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("second-factor/app/off/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-factor/codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/codes/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("second-factor/codes/file/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("passkeys/new/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    # accounts: oneself and one's organisations
    path("you/", you.you, name="you"),
    path("you/mails/", mail_pages.mails, name="mails"),
    path("you/tokens/", you.token_add, name="token_add"),
    path("you/tokens/<int:pk>/revoke/", you.token_revoke, name="token_revoke"),
    path("you/browsers/end/", you.browsers_end, name="browsers_end"),
    path("you/browsers/<int:pk>/end/", you.browser_end, name="browser_end"),
    path("organisations/new/", you.organisation_new, name="organisation_new"),
    path("organisations/<slug:slug>/open/", you.organisation_open, name="organisation_open"),
    path("demo/sign-in/", you.demo_sign_in, name="demo_sign_in"),
    # accounts: an organisation's people
    path(
        "organisations/<slug:slug>/members/", members.members, {"about_mails": mail_outbox.about_places}, name="members"
    ),
    path("organisations/<slug:slug>/members/<int:pk>/", members.member, name="member"),
    path("organisations/<slug:slug>/members/<int:pk>/access/", members.member_access, name="member_access"),
    path("organisations/<slug:slug>/members/<int:pk>/leave/", organisation_views.member_leave, name="member_leave"),
    path("organisations/<slug:slug>/settings/", organisation_views.organisation_settings, name="organisation_settings"),
    path("organisations/<slug:slug>/webhooks/", webhook_views.webhooks_page, name="webhooks"),
    path("organisations/<slug:slug>/webhooks/<int:pk>/", webhook_views.webhook, name="webhook"),
    path("organisations/<slug:slug>/audit/", audit_views.audit, name="audit"),
    path("organisations/<slug:slug>/audit.csv", audit_views.audit_csv, name="audit_csv"),
    path("organisations/<slug:slug>/invite/", invitations.invite, name="invite"),
    path("organisations/<slug:slug>/invite/<str:pk>/again/", invitations.send_again, name="invitation_again"),
    path("organisations/<slug:slug>/invite/<str:pk>/withdraw/", invitations.withdraw, name="invitation_withdraw"),
    path("organisations/<slug:slug>/departments/", members.departments, name="departments"),
    path("organisations/<slug:slug>/departments/<str:pk>/", members.department, name="department"),
    path(
        "organisations/<slug:slug>/departments/<str:pk>/remove/",
        department_pages.department_remove,
        name="department_remove",
    ),
    path("organisations/<slug:slug>/contacts/", contact_views.contacts, name="contacts"),
    path("organisations/<slug:slug>/contacts/<int:pk>/", contact_views.contact_erase, name="contact_erase"),
    path("organisations/<slug:slug>/outbox/", mail_outbox.outbox, name="outbox"),
    path("organisations/<slug:slug>/mailbox/", members.mailbox, name="mailbox"),
    path("organisations/<slug:slug>/mailbox/<int:pk>/", members.mail, name="mail"),
    path("invitations/<str:token>/", invitations.accept, {"landing": landing}, name="invitation"),
    # accounts: guests, on their side and on the facilitator's
    path("join/", joining.code, name="join"),
    path("join/name/", joining.name, {"about_room": about_room}, name="join_name"),
    path("join/lobby/", joining.lobby, {"about_room": about_room}, name="join_lobby"),
    path("join/leave/", joining.leave, name="leave"),
    path("journeys/<str:room_id>/lobby/", lobby.lobby, {"about_room": about_room}, name="lobby"),
    path("journeys/<str:room_id>/lobby/code/", lobby.code, {"about_room": about_room}, name="lobby_code"),
    path("journeys/<str:room_id>/lobby/admit/", lobby.admit, {"about_room": about_room}, name="lobby_admit"),
    path("journeys/<str:room_id>/lobby/remove/", lobby.remove, {"about_room": about_room}, name="lobby_remove"),
    # touchpoints: the journey map
    path("journeys/", touchpoints.journeys, name="journeys"),
    path("journeys/new/", touchpoints.new_journey, name="journey_new"),
    path("journeys/bring-in/", journey_files.journey_bring_in, name="journey_bring_in"),
    path("journeys/<str:pk>/", touchpoints.journey, name="journey"),
    path("journeys/<str:pk>/measurement-plan.csv", touchpoints.measurement_plan, name="measurement_plan"),
    path("journeys/<str:pk>/versions/", versions.versions, name="versions"),
    path("journeys/<str:pk>/versions/undo/", versions.version_undo, name="version_undo"),
    path("journeys/<str:pk>/versions/<str:version_pk>/", versions.version, name="version"),
    path("journeys/<str:pk>/versions/<str:version_pk>/map/", versions.version_map, name="version_map"),
    path("journeys/<str:pk>/versions/<str:version_pk>/back/", versions.version_bring_back, name="version_bring_back"),
    path("journeys/<str:pk>/versions/<str:version_pk>/remove/", versions.version_remove, name="version_remove"),
    path("journeys/<str:pk>/personas/", personas.personas, name="personas"),
    path("journeys/<str:pk>/personas/new/", personas.persona, name="persona_new"),
    path("journeys/<str:pk>/personas/bring-back/", personas.persona_bring_back, name="persona_bring_back"),
    path("journeys/<str:pk>/personas/<str:persona_pk>/", personas.persona, name="persona"),
    path("journeys/<str:pk>/personas/<str:persona_pk>/remove/", personas.persona_remove, name="persona_remove"),
    path("journeys/<str:pk>/personas/<str:persona_pk>/way/", personas.persona_way, name="persona_way"),
    path("journeys/<str:pk>/findings/", touchpoints.findings, name="findings"),
    re_path(
        r"^journeys/(?P<pk>[^/]+)/map\.(?P<form>json|ojf|csv|xlsx|md|pdf|svg|png)$",
        journey_files.journey_file,
        name="journey_file",
    ),
    # voices: what customers said, brought in and placed
    path("journeys/<str:pk>/comments/", desk.desk, name="comments"),
    path("journeys/<str:pk>/comments/place/", desk.place, name="comments_place"),
    path("journeys/<str:pk>/comments/place-sure/", desk.place_sure, name="comments_place_sure"),
    path("journeys/<str:pk>/comments/undo/", desk.undo, name="comments_undo"),
    re_path(r"^journeys/(?P<pk>[^/]+)/comments\.(?P<form>csv|xlsx)$", desk.comments_file, name="comments_file"),
    path("journeys/<str:pk>/coding/", coding.coding, name="coding"),
    path("journeys/<str:pk>/coding/second/", second.second_reading, name="second_reading"),
    path("journeys/<str:pk>/let-downs/", issues.issues, name="issues"),
    path("journeys/<str:pk>/painted/", issues.painted, name="painted"),
    path("journeys/<str:pk>/let-downs/proposed/", issues.from_themes, name="issues_from_themes"),
    path("journeys/<str:pk>/aims/", aims.aims, name="aims"),
    path("journeys/<str:pk>/aims/<str:aim_pk>/", aims.aim, name="aim"),
    path("journeys/<str:pk>/comments/bring-in/", bring_in.bring_in, name="bring_in"),
    path("journeys/<str:pk>/touchpoints/<str:touchpoint>/comments/", desk.words, name="touchpoint_comments"),
    path("journeys/<str:pk>/words/", desk.strongest, name="strongest_words"),
    path("imports/<str:pk>/", bring_in.comment_import, name="import"),
    path("imports/<str:pk>/start/", bring_in.start, name="import_start"),
    path("imports/<str:pk>/progress/", bring_in.progress, name="import_progress"),
    path("imports/<str:pk>/undo/", bring_in.undo, name="import_undo"),
    path("imports/<str:pk>/rows-to-mend.csv", bring_in.invalid, name="import_invalid"),
    # workshops: the meeting
    path("workshops/", workshops.workshops, name="workshops"),
    path("workshops/rehearsal/", rehearsing.start, name="rehearsal_start"),
    path("workshops/<str:pk>/rehearsal/", rehearsing.change, name="rehearsal"),
    path("workshops/new/", starting.new_workshop, name="workshop_pick"),
    path("workshops/new/<str:step>/", starting.new_workshop, name="workshop_step"),
    path("journeys/<str:journey_pk>/workshops/", workshops.journey_workshops, name="journey_workshops"),
    path("journeys/<str:journey_pk>/workshops/new/", starting.about_journey, name="workshop_new"),
    path("journeys/<str:journey_pk>/archive/", workshops.journey_archive, name="journey_archive"),
    path("workshops/<str:pk>/reply/", planning.reply, name="workshop_reply"),
    path("workshops/<str:pk>/calendar.ics", planning.calendar, name="workshop_calendar"),
    path("workshops/<str:pk>/agenda/", planning.agenda, name="workshop_agenda"),
    path("workshops/<str:pk>/roster/", planning.roster, name="workshop_roster"),
    path("workshops/<str:pk>/next/", starting.next_cycle, name="workshop_next"),
    path("workshops/<str:pk>/", workshop_room.workshop, name="workshop"),
    path("workshops/<str:pk>/projector/", workshop_room.projector, name="workshop_projector"),
    path("workshops/<str:pk>/hand/", in_room.hand, name="workshop_hand"),
    path("workshops/<str:pk>/ask-in/", in_room.ask_in, name="workshop_ask_in"),
    path("workshops/<str:pk>/parked/", in_room.park, name="workshop_park"),
    path("workshops/<str:pk>/parked/<str:parked_pk>/", in_room.parked, name="workshop_parked"),
    path("workshops/<str:pk>/enter/", in_room.enter, name="workshop_enter"),
    path("workshops/<str:pk>/run/", in_room.run, name="workshop_run"),
    path("workshops/<str:pk>/ready/", in_room.ready, name="workshop_ready"),
    path("workshops/<str:pk>/rate/", in_room.rate, name="workshop_rate"),
    path("workshops/<str:pk>/vote/", in_room.vote, name="workshop_vote"),
    path("journeys/<str:journey_pk>/love-to-ask/", asking.love_to_ask, name="love_to_ask"),
    path("workshops/<str:pk>/answers/", in_room.answers, name="workshop_answers"),
    path("workshops/<str:pk>/answers/<str:answer_pk>/", in_room.answer, name="workshop_answer"),
    # actions: home, promises, reports
    path("", actions.home, name="home"),
    path("promises/", promises.actions, name="actions"),
    path("promises/many/", promises.many, name="actions_many"),
    path("promises/many/undo/", promises.many_undo, name="actions_undo"),
    path("promises/calendar/", promises.feed, name="actions_feed"),
    path("promises.<str:form>", promises.actions_file, name="actions_file"),
    path("promises/<str:pk>/move/", promises.move, name="action_move"),
    path("calendar/<str:token>.ics", promises.calendar_feed, name="calendar_feed"),
    path("promises/<str:pk>/", actions.action, name="action"),
    path("promises/<str:pk>/change/", actions.action_edit, name="action_edit"),
    path("promises/<str:pk>/proof/", actions.action_proof, name="action_proof"),
    path("promises/<str:pk>/notes/", actions.action_note, name="action_note"),
    path("promises/<str:pk>/answer/", needs.need_answer, name="need_answer"),
    path("promises/<str:pk>/follow-ups/", needs.follow_up, name="follow_up"),
    path("journeys/<str:journey_pk>/promises/new/", actions.new_action, name="action_new"),
    path("workshops/<str:pk>/results/", result_pages.workshop_results, name="workshop_results"),
    path("workshops/<str:pk>/promises/", commit_views.workshop_promises, name="workshop_promises"),
    path("workshops/<str:pk>/close/", commit_views.workshop_close, name="workshop_close"),
    path("workshops/<str:pk>/health/", commit_views.workshop_health, name="workshop_health"),
    path("workshops/<str:pk>/report-back.ics", commit_views.report_back_calendar, name="report_back_calendar"),
    path("workshops/<str:pk>/report/", reports.report, name="report"),
    path("workshops/<str:pk>/report/keep/", reports.report_keep, name="report_keep"),
    path("workshops/<str:pk>/report/kept/<str:report_pk>/", reports.report_kept, name="report_kept"),
    path("workshops/<str:pk>/report/kept/<str:report_pk>/progress/", reports.report_progress, name="report_progress"),
    path("workshops/<str:pk>/report/kept/<str:report_pk>/stop/", reports.report_stop, name="report_stop"),
    path(
        "workshops/<str:pk>/report/kept/<str:report_pk>/links/", shared_reports.report_links_page, name="report_links"
    ),
    path(
        "workshops/<str:pk>/report/kept/<str:report_pk>/links/<int:link_pk>/revoke/",
        shared_reports.report_link_revoke,
        name="report_link_revoke",
    ),
    re_path(
        rf"^workshops/(?P<pk>[^/]+)/report/kept/(?P<report_pk>[^/]+)/report\.(?P<form>{REPORT_FORMS})$",
        reports.report_file,
        name="report_kept_file",
    ),
    path("workshops/<str:pk>/report/compare/", reports.report_compare, name="report_compare"),
    re_path(rf"^workshops/(?P<pk>[^/]+)/report\.(?P<form>{REPORT_FORMS})$", reports.report_file, name="report_file"),
    path("r/<str:token>/", shared_reports.report_link, name="report_link"),
    path(
        "organisations/<slug:slug>/departments/<str:pk>/work/", department_pages.department_work, name="department_work"
    ),
    path("reply/<str:token>/", replies.reply, name="reply"),
    path("reply/<str:token>/stop/", replies.mail_stop, name="mail_stop"),
    # the API
    path("api/me/", people_api.MeView.as_view(), name="api_me"),
    path("api/organisations/", people_api.OrganisationsView.as_view(), name="api_organisations"),
    path("api/organisations/<slug:slug>/departments/", people_api.DepartmentsView.as_view(), name="api_departments"),
    path("api/organisations/<slug:slug>/members/", people_api.MembersView.as_view(), name="api_members"),
    path("api/journeys/", map_api.JourneysView.as_view(), name="api_journeys"),
    path("api/journeys/<str:room_id>/", map_api.JourneyView.as_view(), name="api_journey"),
    path("api/journeys/<str:room_id>/snapshot/", live_api.SnapshotView.as_view(), name="api_snapshot"),
    path("api/journeys/<str:room_id>/events/", live_api.EventsView.as_view(), name="api_events"),
    path("api/journeys/<str:room_id>/history/<str:record>/", live_api.HistoryView.as_view(), name="api_history"),
    path("api/journeys/<str:room_id>/commands/", live_api.CommandsView.as_view(), name="api_commands"),
    *(
        path(f"api/journeys/<str:room_id>/{name}/", Records.of(kind), name=f"api_{name}")
        for name, kind in {**map_api.RESOURCES, **voices_api.RESOURCES}.items()
    ),
    *(
        path(f"api/journeys/<str:room_id>/{name}/<str:pk>/", OneRecord.of(kind), name=f"api_{name}_one")
        for name, kind in {**map_api.RESOURCES, **voices_api.RESOURCES}.items()
    ),
    path("api/journeys/<str:room_id>/comments/", voices_api.CommentsView.as_view(), name="api_comments"),
    path("api/journeys/<str:room_id>/imports/", voices_api.ImportsView.as_view(), name="api_imports"),
    path("api/journeys/<str:room_id>/imports/<str:import_id>/", voices_api.ImportView.as_view(), name="api_import"),
    path("api/schema/", own_api.SchemaView.as_view(), name="api_schema"),
    path("api/asyncapi.json", own_api.AsyncApiView.as_view(), name="api_asyncapi"),
    path("api/docs/", own_api.docs, name="api_docs"),
    re_path("^api/", people_api.Nothing.as_view(), name="api_nothing"),
]
