-- The menu (static pages) and "is there an admin yet" are kept in memory beside the settings: the same signal.
create trigger pages_changed_insert after insert on posts
    for each row when (new.kind = 'page') execute function settings_changed();
create trigger pages_changed_update after update on posts
    for each row when (new.kind = 'page' or old.kind = 'page') execute function settings_changed();
create trigger pages_changed_delete after delete on posts
    for each row when (old.kind = 'page') execute function settings_changed();
create trigger admins_changed_insert after insert on users
    for each row when (new.role = 'admin') execute function settings_changed();
create trigger admins_changed_update after update of role on users
    for each row when (new.role = 'admin' or old.role = 'admin') execute function settings_changed();
