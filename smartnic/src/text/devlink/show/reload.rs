use smartnic_core::device::ReloadAction;

use super::Show;
use super::device::action_name;

/// Shows what a reload did, as `devlink dev reload` does; nothing if the kernel does not tell.
pub fn reload(performed: &[ReloadAction], show: &mut Show<'_>) {
    if performed.is_empty() {
        return;
    }
    show.open_section("reload");
    show.pretend_ended();
    show.open_list("reload_actions_performed");
    for action in performed {
        show.settle();
        let name = action_name(*action);
        show.item(name, format_args!("{name}"));
    }
    show.close_list();
    show.end_line();
    show.close_section();
}
