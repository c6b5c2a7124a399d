"""The sentence of every error a person can cause: what happened, why, what to do."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from clusters.imports.refusals import SENTENCES as REFUSALS
from clusters.kernel.clock import KARACHI
from clusters.kernel.errors import CopError, NotFound

SENTENCES = REFUSALS | {
    "templates_unreadable": "The file of WhatsApp templates {file} cannot be used: {why}. Correct it, or empty"
    " COP_WHATSAPP_TEMPLATES.",
    "route_unfit": "Texts are to travel by {route}, and {name} is missing or not fit for it. It takes {wanted}. "
    "Set it, or let the routes stay at rehearsal.",
    "spool_unwritable": "The pages were not started: texts that come in while the database is away would be lost, for "
    "{folder} cannot be written ({why}). Make room there, or give the account of cop the right to write.",
    "setting_unlike_any": "There is no setting {name}, and none is called nearly so. `cop settings` lists them all.",
    "setting_too_low": "{name} is {value}, and cannot be under {least}. Nothing was changed.",
    "setting_too_high": "{name} is {value}, and cannot be over {most}. Nothing was changed.",
    "smallest_group_lowered": "Figures were shown of groups of {least} or more, so none of {value} can be. "
    "Set COP_SMALLEST_GROUP to {least}. Nothing was published.",
    "suggestion_not_found": "This suggestion is not there any more: its month is over, or it was taken back. Open the "
    "page of the community again.",
    "suggestion_not_allowed": "You can see suggestions but not answer them. Ask your manager.",
    "misfit_without_reason": "Nothing was kept. Choose why it does not fit.",
    "month_is_frozen": "The figures of {month} are published already, or later ones are. They stay as they are.",
    "setting_fixed": "{name} is set in the environment of this machine, so it cannot be changed here. Change it there.",
    "setting_of_the_machine": "{name} is a matter of this machine: set it in its environment, not here.",
    "setting_never_decided": "{name} was never decided here, so there is nothing to take back.",
    "feast_too_far": "{name} cannot lie more than {days} days from the estimate. Look at the date.",
    "may_not_decide": "You can see the settings but not change them. Ask an administrator of the whole programme.",
    "setting_unknown": "There is no setting {name}. Did you mean {near}? `cop settings` lists them all.",
    "service_in_private_folder": "cop lies in {folder}, where a service may not look. Install it outside of homes, as "
    "deploy/README.md says: python3 -m venv /opt/cop.",
    "service_unwritable": "{file} cannot be written ({why}). Call it as root: sudo cop init --service.",
    "database_not_migrated": "The database is older than this cop ({have}, newest {newest}). Run `cop migrate` first.",
    "no_personal_link": "No link of hers opens anything, so there was nothing to revoke.",
    "announcement_not_found": "There is no such announcement in your places.",
    "announcement_changed": "Who would get it, what it says or when it goes is no longer what was shown, so nothing "
    "was sent. Look at the new preview and decide again.",
    "announcement_reaches_nobody": "No text would go: nobody there has a phone that may be texted. Tell them by hand.",
    "announcement_to_whom": "Say which posts shall get it.",
    "announcement_empty": "There is no text yet. Write what they shall read.",
    "announcement_too_slow": "The senders are too slow: the last text would come too late. "
    "Choose fewer people, a shorter text or an earlier hour.",
    "announcement_too_long": "The text takes {segments} segments, and {most} is the most. Shorten it.",
    "announcement_too_far": "It cannot be planned more than {days} days ahead. Choose an earlier day.",
    "announcement_decided": "Somebody has decided on this announcement already. Look at it again.",
    "announcement_gone": "Everything of this announcement has gone already, so nothing could be stopped.",
    "announcement_own": "You wrote this announcement, so somebody else must approve it.",
    "may_not_announce": "You can see this place but not text everybody there. Ask its manager or trainer.",
    "may_not_approve": "You do not cover everybody it goes to. Ask somebody who does.",
    "decline_without_reason": "Say in a few words why it shall not go. Its author will read them.",
    "channel_unknown": "No texts go by '{channel}'. The channels in use are: {known}.",
    "sending_not_stopped": "Sending is not stopped, so there is nothing to release.",
    "reconcile_since_missing": "No text ever went from this database, so it cannot be said since when to look. Say "
    "when the backup was made: cop reconcile --since 2026-11-22T02:00",
    "reconcile_since_ahead": "{value} has not come yet. Say when the backup was made. Nothing was changed.",
    "list_not_had": "A provider's list could not be had to its end ({why}), so it is not known what went. What was "
    "found stays; sending stays held. Try again when the provider answers.",
    "may_not_stop_sending": "Only administrators and managers stop and release the sending of the whole programme.",
    "setting_twice": "{name} and {name}_FILE are both set. Keep one of them.",
    "setting_file_unreadable": "The file that {name} names cannot be read: {file} ({why}). Check its name and rights.",
    "nothing_to_back_up": "There is nothing to back up: the database holds no programme yet. Begin with `cop init`.",
    "round_from_the_past": "{day} is over, so the round cannot be taken from then on. Choose a day from {today} on.",
    "round_empty": "Nothing of {name} begins from then on that fits, so nothing was planned.",
    "may_not_plan_round": "A round begins with the core team, so it is planned by who plans the whole programme. "
    "Ask them.",
    "round_replaced": "{name} took the place of another round, so it stays. Plan that one anew instead.",
    "round_not_accepted": "{name} is not accepted, so there is nothing to take back.",
    "round_begun": "{sessions} sessions of {name} have begun or were held, so it stays. Call off or move "
    "single sessions.",
    "round_changed_since": "{sessions} sessions of {name} were moved, called off or printed since, so it stays. Call "
    "off or move single sessions.",
    "round_told": "{people} people have been told of {name}, so it stays. Call off or move single sessions, or plan it "
    "anew.",
    "backup_running": "Another backup is being written to {folder} at this moment. Wait until it has finished.",
    "backup_no_room": "No backup was made: there is no room left in {folder} ({why}). Make room, or name another "
    "folder with --to.",
    "backup_unwritable": "No backup was made: the folder {folder} cannot be written ({why}). Name another one with "
    "--to, or give the account of cop the right to write there.",
    "backup_key_short": "COP_BACKUP_KEY is a passphrase of less than {letters} letters. Take a longer one, or an age "
    "recipient (age1...).",
    "backup_key_unreadable": "COP_BACKUP_KEY looks like an age recipient and is none. Copy it again from age-keygen.",
    "backup_identity_unreadable": "COP_BACKUP_IDENTITY is no age identity. It begins with AGE-SECRET-KEY-1.",
    "backup_identity_missing": "This backup is sealed for a recipient. Set COP_BACKUP_IDENTITY, or name its file in "
    "COP_BACKUP_IDENTITY_FILE.",
    "backup_passphrase_missing": "This backup is sealed by a passphrase. Set COP_BACKUP_KEY, or name its file in "
    "COP_BACKUP_KEY_FILE.",
    "backup_key_wrong": "The key does not open this backup. It was sealed with another one, or was changed since.",
    "no_backup": "{file} is no backup of cop, or its beginning was damaged. Take another file.",
    "backup_not_whole": "{file} is not whole: its end is missing, or it was changed since. Take another backup.",
    "backup_unreadable": "{file} cannot be read ({why}). Check its name and rights.",
    "restore_not_empty": "The database {database} holds {tables} tables, and a backup goes into an empty one only. "
    "Nothing was changed. Make a new database and name it in COP_DATABASE_URL, or a new folder in COP_DATA_DIR.",
    "restore_differs": "The backup did not come back as it was: {tables} tables differ. {how}. Sending is held. "
    "Take another backup, into another empty database.",
    "roles_missing": "The role {role} is missing, or this login may not take it. Let a database administrator run what "
    "`cop migrate --grants --print` says.",
    "grants_refused": "This login may not run: {statement}. Let a database administrator run what "
    "`cop migrate --grants --print` says, then run this again. Nothing was changed.",
    "schema_closed": "The login {login} may not make tables in the database {database}. Let a database administrator "
    "run what `cop migrate --grants --print` says.",
    "database_program_failed": "The database broke it off: {why}. Nothing half done was left.",
    "database_in_use": "{count} other programs use this database. End cop serve, web and worker first, so that nothing "
    "is written while it moves.",
    "database_address_unreadable": "This is no address of a PostgreSQL database. Write it as "
    "postgresql://login@host/name.",
    "move_to_itself": "This is the database that is in use already. Name another one.",
    "move_differs": "The new database is not as the old one: {tables} tables differ. {how}. Go on with the old one, "
    "which is as it was.",
    "database_away": "The database does not answer, or gave up ({kind}). See that its server runs and that "
    "COP_DATABASE_URL is right; `cop doctor` looks.",
    "training_session_change": "You can see session {code} but not change it. Ask its trainer or your manager.",
    "round_not_a_draft": "The round {name} is {state}, no draft any more. Nothing was changed.",
    "leave_days": "A leave from {first} to {last} cannot be. Let the last day follow the first, within {most} days.",
    "leave_of_the_past": "That leave was over on {last}. Name days that are still to come.",
    "subject_unknown": "There is no subject {given!r}. Choose of {known}, joined by commas.",
    "round_outdated": "The round {name} no longer fits what is known today, so nothing was planned. {why} "
    "Make a new draft with `cop cascade plan`.",
    "round_infeasible": "No plan was made, and nothing was saved. {why}",
    "round_breaks_rules": "The plan breaks {count} rules, so it was not saved. Please report it: the fault is ours.",
    "round_begins_in_the_past": "A round cannot begin on {day}. The first day it may begin is {earliest}.",
    "folder_unwritable": "Nothing was saved: the folder {folder} cannot be written ({why}). Choose another one.",
    "round_in_the_past": "{sessions} sessions of this round would lie in the past, the first on {first}. Plan it anew.",
    "trainer_booked": "A trainer already leads a session on {day}. Choose another day or another trainer.",
    "venue_booked": "The venue is already taken on {day}. Choose another day or another venue.",
    "no_code_left": "All 900 session codes of {place} are in use. Close old sessions first.",
    "news_of_nothing": "Say what happened: a trainer who left, a room that is lost, or days that are closed.",
    "news_of_the_past": "{day} is over. Name days from {today} on.",
    "news_hits_nothing": "No planned session is hit by this, so nothing need change.",
    "news_needs_a_person": "{sessions} sessions that have begun are hit, and no other. See to them yourself.",
    "news_unmendable": "Nothing was changed. {why}",
    "no_room_there": "No LTRC has its host school in {place}, so no session is hit there. Check place and zone.",
    "mending_outdated": "Session {code} was changed since this was planned. Nothing was changed; plan it anew.",
    "mending_too_late": "Session {code} has begun. Nothing was changed; plan it anew, or see to it by hand.",
    "mending_not_open": "This was {state} already. Nothing was changed.",
    "mending_breaks_rules": "It would break {count} rules by now, so nothing was changed. {why} Plan it anew.",
    "round_by_hand": "The round {name} was not made by the planner, so its sessions are moved one by one.",
    "session_not_planned": "Session {code} is {state}, so this cannot be changed any more.",
    "session_not_called_off": "Session {code} is not called off, so it need not be planned again.",
    "session_called_off": "Session {code} was called off. Nothing was stored.",
    "invited_elsewhere": "{people} of the invited are at session {other} on that day. Choose another day.",
    "row_not_on_sheet": "Rows {rows} are not on the sheet (1-{last}). Nothing was stored.",
    "nothing_marked": "Nobody was marked for session {code}. Nothing was stored.",
    "attendance_too_early": "Session {code} has not begun. Attendance can be stored from {opens}.",
    "attendance_too_late": "Attendance of session {code} closed on {closed}. Ask your manager to correct it.",
    "correction_without_reason": "Attendance of session {code} closed on {closed}. Say why it is corrected.",
    "attendance_has_names": "Session {code} has attendance with names. Correct it by rows, or they would be lost.",
    "finished_too_early": "Session {code} has not begun. It can be called finished from {starts}.",
    "finished_too_late": "Session {code} ended more than two days ago, on {closed}. Ask your manager.",
    "not_finished": "Nobody said that session {code} is finished. Nothing was changed.",
    "may_not_visit": "Visits are written down by managers and monitors of the school's own area.",
    "visit_ahead": "A visit to {school} that is still to come cannot be written down. Send it afterwards.",
    "feedback_asked": "The participants of session {code} were asked about it already, so it stays finished.",
    "feedback_given": "An opinion on this training was given already. Thank you.",
    "attendance_replaced": "A later report of session {code} stands. Correct that one instead.",
    "month_unreadable": "{month} is not a month. Write it as 2026-04.",
    "time_unreadable": "{time} is not a time of day. Write it as 10:30.",
    "day_closed": "{day} is no training day ({why}). Choose another day, or tick below that it shall be held.",
    "no_meeting": "A session needs at least one day.",
    "ends_before_it_starts": "The session would end before it starts. Check the times.",
    "meetings_overlap": "Two days of the session overlap. Check the dates.",
    "move_into_the_past": "Session {code} cannot be moved into the past. Choose a coming day.",
    "invited_already": "She is on the list already, in row {row}. Nothing was changed.",
    "waits_already": "She is on the wait list of session {code} already. Nothing was changed.",
    "capacity_unfit": "The room must hold {seated} or more, who have a place, and {most} at most.",
    "session_begun": "Session {code} has begun, so its list stays as it is. Write down who came as a walk-in.",
    "nobody_named": "Write the name of each who came, one a line, {most} at most.",
    "walk_in_matched": "{name} was matched already. Undo that first.",
    "walk_in_not_matched": "{name} is not matched with anybody. Nothing was changed.",
    "session_not_held": "Session {code} is not held yet, so nothing is made up for. Report its attendance first.",
    "make_up_too_few": "Too few missed session {code} to hold another one. Invite them to a later session.",
    "make_up_unknown": "Choose one of the trainers and one of the venues of the list.",
    "make_up_days": "The make-up takes as many days as were missed: {days}.",
    "course_not_completed": "The course is not completed: {attended} of {days} days so far. Nothing was written.",
    "day_reported": "Attendance of that day of session {code} is reported, so it cannot move. Choose another day.",
    "venue_unknown": "This venue is not known. Choose a school of the list.",
    "setting_unreadable": "{name} is set to {value!r}, which cannot be read. It takes {wanted}.",
    "users_name_or_person": "Say who it is: --name for somebody new, or --person with the number of somebody known.",
    "form_from_elsewhere": "This form was not sent by a page of this house, so nothing was changed. "
    "Open the page here and send it again.",
    "form_unreadable": "The form could not be read. Load the page again and send it again.",
    "form_field_twice": "The field {field} was sent twice. Load the page again and send it again.",
    "form_field_unknown": "This form has no field {field}. Load the page again and send it again.",
    "form_field_unreadable": "A field of the form could not be read ({why}). Go back and correct it.",
    "login_unknown": "Nobody signs in as {login}. `cop users add` lets somebody in.",
    "login_unfit": "{login!r} cannot be a name to sign in with. Take letters, digits and dots, without spaces.",
    "login_taken": "Somebody signs in as {login} already. Choose another name with --login.",
    "place_not_found": "There is no place {place} that you may see. Places are written T/ for the whole programme, "
    "T/B2.C07., A/KP.BANNU.; before the first one comes `cop init`.",
    "password_wrong": "The password is not right. Look at small and large letters.",
    "too_many_tries": "Too many tries. Wait {minutes} minutes, then try again.",
    "password_too_short": "Too short: {shortest} letters or more. Four words are good and easy to keep.",
    "password_too_long": "Too long: {longest} letters at most.",
    "password_too_easy": "Too easy to guess. Take four words that do not belong together.",
    "https_needed": "Passwords must not travel in the clear: {host} can be reached from other machines. "
    "Put a server with https in front and set COP_PUBLIC_URL to its https address, or set COP_HOST to 127.0.0.1.",
    "port_taken": "Port {port} on {host} is taken by another program. Set COP_PORT to another number.",
    "ports_taken": "All ports from {first} to {last} are taken by other programs. Set COP_PORT to another number.",
    "texts_with_problems": "{rows} rows cannot be sent, so no text was queued. Correct them and send the list again.",
    "texts_without_columns": "{file} has no columns called phone and text. Name them so in its first row.",
    "texts_unreadable": "{file} cannot be read as CSV in UTF-8. Save it so from the spreadsheet.",
    "message_no_longer_waiting": "This text has gone already, or was taken back before. Nothing was changed.",
    "message_unknown": "There is no text '{which}'. Give the id of a text, or a phone number like 0300-1234567.",
    "may_not_let_go": "You can see this text but not let it go. Ask your manager.",
    "message_not_parked": "This text is not waiting for a person. Nothing was changed.",
    "span_unreadable": "{value!r} is no span of time. Write it like 2d, 6h or 1d6h30m.",
    "instant_unreadable": "{value!r} is no instant. Write it like 2026-03-07T09:00+05:00.",
    "rehearsal_on_real_route": "A real route is configured, so the clock and the rehearsal phones are off.",
    "failpoints_on_real_route": "COP_FAILPOINTS is for tests, and a real route is configured. Take one of them away.",
    "phone_missing": "There is no phone number. Write it like 0345-1234567.",
    "phone_damaged": "The phone number cannot be taken: {why}. Write it like 0345-1234567.",
    "phone_not_pk_mobile": "The phone number cannot be taken: {why}. A Pakistani mobile number is like 0345-1234567.",
    "programme_founded": "The programme {name} is founded already; one installation holds one. For another "
    "programme set COP_DATA_DIR or COP_DATABASE_URL to another database.",
    "programme_name_missing": "The programme has no name. Give it one with --programme.",
    "may_not_found": "Only an administrator of the whole programme founds it.",
    "language_unknown": "Pages do not speak {given!r}. Choose of {known}, joined by commas.",
    "no_schools_to_plan": "There is no school to plan. Import a list first: cop import check FILE --kind schools",
    "stratum_unknown": "Schools cannot be kept apart by {given!r}. Choose of {known}.",
    "band_unfit": "An LTRC cannot have {smallest} to {largest} schools. Give --min 1 or more, and --max not below it.",
    "waiver_without_reason": "A waiver needs its reason, so nothing was planned. Write it behind --waive in quotes.",
    "plan_breaks_rules": "The plan breaks {broken} rules, so it was not saved. Please report it: the fault is ours. "
    "{first}",
    "plan_unwritable": "Nothing was written: {file} cannot be written ({why}). Choose another place.",
    "plan_unreadable": "{file} cannot be read as a plan: {why}. A plan is a CSV with the columns code, cluster, host, "
    "and, if it has them, circle, block, km.",
    "draft_is_empty": "The draft {name} holds no LTRC, so it was not saved.",
    "draft_schools_gone": "{schools} schools of the draft are no longer there. Plan anew: cop clusters plan",
    "may_not_plan": "You can see these schools but not plan for them. Ask your manager.",
    "plan_job_not_found": "There is no plan {id} that you asked for.",
    "plan_failed": "It ended unexpectedly {tries} times, and nothing was kept. Try again; if it happens again, the "
    "machine may lack memory: ask the IT officer.",
    "plan_took_too_long": "It took too long and was ended; nothing was kept. Plan fewer schools at once, or keep fewer "
    "kinds of schools apart.",
    "draft_without_bound": "Of draft {draft} it is not known how short a plan could be, so nothing can be tightened. "
    "Plan anew: cop clusters plan",
    "draft_not_open": "Draft {draft} is {state} already. Nothing was changed.",
    "draft_not_waiting": "Draft {draft} does not wait for a day, so there is nothing to take back.",
    "draft_base_changed": "The draft {other} was accepted on {at}, after this one was made, and holds some of the same "
    "schools. Plan anew, and compare.",
    "draft_breaks_rules": "The draft breaks {broken} rules as schools are today, so nothing was changed. {first}",
    "draft_leaves_schools": "The draft would tear LTRC {name} apart: {left} of its {all} schools are not in it. "
    "Plan the whole LTRC; `cop clusters accept DRAFT --dry-run` says what hangs on it.",
    "draft_starts_too_early": "Some of these schools were placed on {earliest}, and reports have told so. "
    "Let the draft hold from that day or later, not from {day}.",
    "draft_changed_meanwhile": "Somebody changed the draft meanwhile, so nothing was done with {school}. Look again, "
    "then decide.",
    "draft_host_must_stay": "{school} hosts its LTRC, so it stays there. Choose another host first, then move it.",
    "draft_moved_nowhere": "{school} stands in that LTRC already. Nothing was changed.",
    "draft_hosts_already": "{school} hosts that LTRC already. Nothing was changed.",
    "draft_change_not_found": "This change is not there, or was undone already.",
    "draft_change_built_on": "The change of {school} cannot be undone: a later one builds on it. Undo that one first.",
    "draft_step_not_found": "This plan on the way is not there any more. Plan anew: cop clusters plan",
    "no_official_clusters": "No stored school says to which official LTRC it belongs. Import the school list with a "
    "column that names it: cop import apply FILE --kind schools --column HEADER=official_cluster",
    "draft_cluster_not_found": "The draft has no LTRC {cluster}.",
    "draft_from_the_past": "A draft cannot hold from {day}, a day that is over. Choose today or a later day.",
    "may_not_register": "You can look, but not register people here. Ask your manager.",
    "personal_no_taken": "Somebody with the personal number {personal_no} is registered already.",
    "person_name_missing": "The name is empty. Write it as the person says it.",
    "may_not_change_person": "You can see this person but not change her. Ask your manager.",
    "number_not_known": "No number reaches this person, so there is none to end. Nothing was changed.",
    "changed_since": "Something was changed since, so this cannot be taken back. Look, and correct it by hand.",
    "change_too_old": "This was done more than {hours} hours ago, so it cannot be taken back by a button. Correct it.",
    "person_in_use": "She stands on lists already, so she stays. End her posts instead.",
    "school_or_place_unknown": "{written!r} is no school or place that you may see. Write the EMIS code of the "
    "school, or a place like T/B1.C02.",
    "day_unreadable": "{day!r} is no day. Write it like 2026-04-01.",
    "not_called_wrong": "No provider called this number wrong, so there is nothing to take back. Nothing was changed.",
    "already_silent": "This is noted already. Nothing was changed.",
    "not_silent": "Nothing of this kind is noted. Nothing was changed.",
    "teaches_nowhere": "She holds no post at a school, so she cannot move to another. Appoint her.",
    "post_needs_one_place": "A post is at one school or at one place: name one of them.",
    "may_not_appoint": "You cannot appoint anybody as {role} there. Ask an administrator.",
    "post_held_already": "She is {role} there already. Nothing was changed.",
    "place_closed": "{place} was closed, so nobody can be appointed there.",
    "may_not_end_post": "You can see this post but not end it. Ask your manager.",
    "post_not_of_a_school": "A {role} does not stand at a school. Appoint her at a place.",
    "may_not_import": "You can look, but not bring in lists here. Ask your manager.",
    "list_has_problems": "{problem_rows} rows have problems, so nothing was written. Correct them, or add --only-good "
    "to write the others.",
    "encoding_unsure": "Nothing was written: the letters are probably {encoding}, but that is a guess. Look at "
    "the names with `cop import check`, then add --encoding {encoding}, or save the list as CSV UTF-8.",
    "file_unreadable": "{file} could not be opened: {why}. Check the name and the rights.",
    "edges_row_short": "Row {row} of {file} names no {column}: {why}. Each row holds a source and a target.",
    "persons_row_short": "Row {row} of {file} has nothing in column {column}. Write the person's id there.",
    "person_twice": "Row {row} of {file} says {value!r} of {person} in column {column}, and row {before} says "
    "{other!r}. Leave one of them.",
    "moment_unreadable": "Row {row} of {file} has {value!r} in column {column}, which is no {kind}. Write all of the "
    "column as numbers, or as days and times like 2026-03-07 or 2026-03-07T09:00.",
    "weight_unreadable": "Row {row} of {file} has {value!r} in column {column}, which is no number above 0.",
    "file_not_utf8": "Row {row} of {file} is not written in UTF-8. Save the file as CSV UTF-8 from the spreadsheet.",
    "file_row_torn": "Row {row} of {file} cannot be read: {why}. Look for a quotation mark that is not closed.",
    "file_without_header": "{file} has no first row with names, so there is no column {column}. Add one, or give the "
    "number of the column.",
    "column_unknown": "{file} has no column {column}. It has: {known}.",
    "group_without_nodes": "--group names a column of the file of persons, and no such file is given. Add --nodes.",
    "network_format_unknown": "{given} ends like no network file. Call it .graphml or .gexf.",
    "not_a_steward": "{login} is not named as a steward of the network, so nothing was written. Whoever runs the "
    "installation names stewards in COP_NETWORK_STEWARDS, by the names they sign in with.",
    "steward_unknown": "Nobody signs in as {login}, so nothing was written. A steward is a person with a login.",
    "max_km_unfit": "The longest way has to be more than 0 km, not {given}. Name it like --max-km 15.",
    "fast_missing": "COP_ENGINE=fast needs the extra that compiles, which is not installed. Install cop[fast], "
    "or leave COP_ENGINE=auto, which measures without it.",
    "measure_one": "Name one of the three at most: --month, --night or --refresh.",
    "month_not_over": "{month} is not over yet, so it was not measured. Wait until the first of the next month.",
    "reason_missing": "Nothing was written, because no reason is given. Say in a sentence what it is for: --reason.",
    "network_too_small": "{persons} persons of {schools} schools take part, and the network is written from {least} of "
    "{least_schools} schools on: below, a shape alone tells who somebody is.",
    "node_unknown": "{node} is neither a source nor a target in {file}. Write the id as the file does.",
    "import_not_found": "There is no import {id} that you may see.",
    "import_undone_already": "Import {id} was undone already on {on}. Nothing was changed.",
    "imports_too_many": "You have applied {most} lists today, as many as one person may in a day. Go on tomorrow.",
    "import_too_old": "Import {id} was applied on {on}, and an import can be undone for {days} days. "
    "Correct the rows in a list and apply that.",
    "may_not_fill": "Only an administrator of the whole programme invents people.",
    "teachers_per_school": "{given} teachers a school cannot be. Give a number from 1 to {most}.",
    "may_not_move_clock": "Only managers and administrators move the clock of a rehearsal.",
    "no_session_ahead": "No session lies ahead, so the clock was not moved. Move it by an hour or a day.",
    "replay_unreadable": "Line {line} of {file} cannot be replayed: {why}. Correct it; nothing was run.",
    "replay_unknown_do": "Line {line} of {file} expects {do!r}, which no text does. Choose of: {known}.",
    "jsonl_unreadable": "Line {line} of {file} is no text in JSON. Write one JSON string a line, or "
    '{{"text": "..."}}, in UTF-8.',
    "may_not_settle": "You can see this text but not answer it. Ask your manager.",
    "may_not_teach": "You can see these words but not decide on them. Ask an education manager.",
    "word_unfit": "“{word}” cannot be taught: it must be one word of {least} to {most} letters. Choose another.",
    "word_reserved": "“{word}” cannot be taught: telephone companies take this word for themselves.",
    "word_never_taught": "No word can be added to {command}: it changes things for others and is matched exactly.",
    "word_taken": "“{word}” means something already. A word may stand for one thing only.",
    "word_too_near": "“{word}” is one slip away from “{other}”, which does something else. Nothing was changed.",
    "word_changes_readings": "“{word}” was refused: {number} earlier texts would change, such as “{text}”.",
    "word_waits": "“{word}” is proposed already and waits for a second person.",
    "word_own_proposal": "You proposed this word. A second person must approve it.",
    "word_decided": "Somebody has decided on this word already. Nothing was changed.",
    "template_rejected": "WhatsApp rejected the template of such texts: {reason}. Nothing was sent. Mend it first.",
    "card_private": "This text is private. The education manager of this place reads and answers it.",
    "card_settled": "Somebody has dealt with this text already. Nothing was changed.",
    "may_not_confirm": "Only trainers and the office of that school's place settle this request.",
    "request_settled": "Somebody has settled this request already. Nothing was changed.",
    "reading_outdated": "This reading holds no more: the session has begun, moved away or was called off. "
    "Nothing was stored. Write an answer instead.",
    "no_consent_to_ties": "Nothing was kept: this person has not agreed to the peer map.",
    "peers_changed_since": "This was changed since, and cannot be taken back any more.",
    "peers_by_text_only": "Peers are named by the person herself, from her own phone. Nobody else can do it for her.",
    "ties_are_private": "Whom somebody turned to is shown to nobody but herself.",
    "peers": "This text names no peers. Nothing was changed.",
    "question_not_found": "There is no such open question here any more. Nothing was changed.",
    "ties_by_texted_link": "This link was not texted to the phone of the person herself. Text MERA from it: the link in"
    " the answer opens what is about peers.",
    "peers_no_sheet": "There is no list of a training of yours yet, so nothing was kept.",
    "peer_not_on_sheet": "Number {row} is not on the list (1 to {last}), or is your own. Nothing was kept.",
    "peers_too_many": "At most {most}: who helped you most? Nothing was kept.",
    "tie_not_found": "There is no such tie of yours any more. Nothing was changed.",
    "question_asked": "Others have been asked this question already, and it cannot be taken back.",
    "question_answered": "This question was answered already. Nothing was changed.",
    "answer_gone": "The answer has gone and cannot be stopped any more.",
    "may_not_pass_on": "You can see this note but not pass it on. Ask a trainer of its circle.",
    "note_own": "This note is your own. Somebody else reads it before it travels.",
    "note_decided": "Note {note} does not wait any more: somebody has dealt with it, or its author took it back.",
    "note_needs_the_office": "This note would go to {texts} phones. Above {most} only the office passes a note on.",
    "note_on_its_way": "Note {note} is on its way to others and cannot be deleted now. Its author can take it back.",
    "note_not_found": "There is no such note here any more. Nothing was changed.",
    "note_for_one_cluster": "The author of note {note} wants it to stay in one LTRC. It goes no further.",
    "note_nowhere_further": "Nobody there is left to send note {note} to. Choose other LTRCs.",
    "gathered_for_no_problem": "Ways out are gathered for a problem only. Choose a note that tells one.",
    "gathered_unreadable": "Write 1 to {most} ways, one a line, each of at most {letters} letters.",
    "may_not_propose": "Only the office and the core team propose changes of the material.",
    "may_not_change_material": "Only managers and the core team decide on the material.",
    "proposal_unreadable": "Write which material and why, each in at most {letters} letters.",
    "proposal_open": "Note {note} is with the material team already.",
    "proposal_needs_version": "Write which version of the material has it now.",
    "proposal_needs_reason": "Write why it is not taken in; its author reads that.",
    "proposal_not_found": "Nothing of note {note} is with the material team now.",
    "proposal_decided": "Somebody has decided this since. Look again.",
    "answer_empty": "The answer is empty. Write what the person shall read.",
    "answer_too_long": "The answer does not fit into two SMS. Write less.",
    "number_wants_no_texts": "This number asked for no more texts, so nothing was sent. Tell the person by hand.",
    "not_a_demo": "This database is no demonstration: {why}. It was left as it is. "
    "Unset COP_DATABASE_URL, or name an empty database.",
    "upload_under_way": "A file of yours is being taken in at this moment. Wait until it is here, then send this one.",
    "uploads_too_many": "Many files are being taken in at this moment. Wait a minute and send it again.",
    "upload_too_slow": "The file took longer than 15 minutes and was not taken in. Try a smaller file.",
    "import_failed": "It went wrong three times, and nothing was written. Try again, or report it: the fault is ours.",
    "import_draft_not_checked": "This list was not checked yet. Check it first.",
    "import_draft_applied": "This list is applied already. Nothing was changed.",
    "import_draft_busy": "A worker is at this list at this moment. Wait until it has finished.",
    "demo_being_made": "Another process is making this demonstration at this moment. Wait until it has finished.",
    "community_number_unread": "This is no mobile number. Write it as 0345-1234567.",
    "community_hour_unread": "This is no hour. Write it as 15:00.",
    "community_without_name": "A community needs a name. Write one.",
    "community_not_found": "There is no such community among yours. Open your page again to see those that are.",
    "community_knows_her": "She belongs to this community already, or was asked. Nothing was changed.",
    "community_changed_since": "This was changed since, and cannot be taken back any more.",
    "community_turn_over": "This turn to host is over. Another member was asked.",
    "community_host_proposes": "Only its host proposes when a community meets. Talk to the host.",
    "community_meeting_past": "This time is over. Choose one that lies ahead.",
    "community_line_empty": "Write what you want to talk about.",
    "community_agenda_full": "The agenda is full: {most} lines wait. Strike one that was talked about.",
    "done_together_ahead": "This day lies ahead. Say what you did together once it is done.",
    "done_together_over": "This was answered already, or is over. Nothing was changed.",
}
"""English sentences by key; pages translate them through gettext. A test finds every key that is raised."""


def sentence(error: CopError) -> str:
    """What to tell a person about an error; lists say their own, and one without a sentence its key and values."""
    template = SENTENCES.get(error.key)
    if template is None and isinstance(said := error.values.get("sentence"), str):
        return said
    if template is None and isinstance(error, NotFound):
        return "It was not found, or lies outside what you may see. Check the name or the number."
    if template is None:
        return f"{error.key}: {', '.join(f'{name} {value}' for name, value in error.values.items())}"
    return template.format_map(spoken(error.values))


def spoken(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a sentence as people write them: instants on Karachi's clock, several of a kind with commas."""
    return {name: _spoken(value) for name, value in values.items()}


def _spoken(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value.astimezone(KARACHI):%Y-%m-%d %H:%M}"
    if isinstance(value, list | tuple):
        return ", ".join(str(_spoken(each)) for each in value)
    return value
