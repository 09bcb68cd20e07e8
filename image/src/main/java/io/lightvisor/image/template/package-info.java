/// The templates of images: `/etc/hostname`, `/etc/hosts` and the like, written into an instance when it is made,
/// copied
/// or started. The language is the part of Pongo2 (Django's) that images use, and it has no way to reach a file, a loop
/// or a call of its own:
///
///     {{ instance.name }}  {{ config_get("user.meta-data", "") }}  {{ properties.default }}  {{ trigger }}
///     {% if config_get("user.x", "") == "" and not instance.privileged %} ... {% elif ... %} ... {% else %} ... {%
/// endif %}
///     {# a comment #}
@NullMarked
package io.lightvisor.image.template;

import org.jspecify.annotations.NullMarked;
