package io.lightvisor.image.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lightvisor.linux.fs.DirFd;
import io.lightvisor.model.ProblemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InstanceTemplatesTest {
    private static final TemplateContext CONTEXT = new TemplateContext(
            "c1", "x86_64", false, true, Map.of("user.a", "A", "user.b", ""), Map.of("eth0", Map.of("type", "nic")));

    @TempDir
    Path folder;

    private Path rootfs;

    @BeforeEach
    void layOut() throws Exception {
        rootfs = Files.createDirectories(folder.resolve("rootfs/etc")).getParent();
        Files.createDirectories(folder.resolve("templates"));
        Files.writeString(folder.resolve("templates/name.tpl"), "{{ container.name }}\n");
    }

    private void metadata(String path, String when, String more) throws Exception {
        Files.writeString(
                folder.resolve("metadata.yaml"),
                "templates:\n  " + path + ":\n    when: [" + when + "]\n    template: name.tpl\n" + more);
    }

    private void render(String trigger) {
        try (var root = DirFd.open(rootfs)) {
            InstanceTemplates.of(folder).render(trigger, CONTEXT, root);
        }
    }

    @Test
    void render_newAndExistingFiles() throws Exception {
        metadata("/etc/hostname", "create, copy", "");
        assertTrue(InstanceTemplates.of(folder).hasAny("create"));
        assertFalse(InstanceTemplates.of(folder).hasAny("start"));

        render("start");
        assertFalse(Files.exists(rootfs.resolve("etc/hostname")));
        render("create");
        assertEquals("c1\n", Files.readString(rootfs.resolve("etc/hostname")));
        Files.writeString(rootfs.resolve("etc/hostname"), "a much longer name than before\n");
        render("copy");
        assertEquals("c1\n", Files.readString(rootfs.resolve("etc/hostname")));
    }

    @Test
    void render_makesFolders() throws Exception {
        metadata("/var/lib/cloud/seed", "create", "");
        render("create");
        assertEquals("c1\n", Files.readString(rootfs.resolve("var/lib/cloud/seed")));
    }

    @Test
    void render_createOnly_keepsWhatIsThere() throws Exception {
        metadata("/etc/hostname", "create", "    create_only: true\n");
        Files.writeString(rootfs.resolve("etc/hostname"), "mine\n");
        render("create");
        assertEquals("mine\n", Files.readString(rootfs.resolve("etc/hostname")));
    }

    @Test
    void render_linksStayInside() throws Exception {
        var canary = Files.writeString(folder.resolve("canary"), "alive");
        metadata("/etc/hostname", "create", "");
        Files.createSymbolicLink(rootfs.resolve("etc/hostname"), Path.of("../../canary"));
        render("create");
        assertEquals("alive", Files.readString(canary));
        // A link that dangles inside is refused, not followed out.
        Files.delete(rootfs.resolve("etc/hostname"));
        Files.createSymbolicLink(rootfs.resolve("etc/hostname"), canary);
        assertThrows(ProblemException.class, () -> render("create"));
        assertEquals("alive", Files.readString(canary));
    }

    @Test
    void render_overAPipe_isRefusedAtOnce() throws Exception {
        metadata("/etc/hostname", "create", "");
        assertEquals(
                0,
                new ProcessBuilder("mkfifo", rootfs.resolve("etc/hostname").toString())
                        .start()
                        .waitFor());
        var e = assertThrows(ProblemException.class, () -> render("create"));
        assertTrue(e.getMessage().contains("no plain file"), e.getMessage());
    }

    @Test
    void render_templateThatIsALink_isRefused() throws Exception {
        metadata("/etc/hostname", "create", "");
        Files.delete(folder.resolve("templates/name.tpl"));
        Files.createSymbolicLink(folder.resolve("templates/name.tpl"), Path.of("/etc/passwd"));
        assertThrows(ProblemException.class, () -> render("create"));
    }

    @Test
    void of_withoutMetadata_isEmpty() {
        assertFalse(InstanceTemplates.of(folder).hasAny("create"));
    }

    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, delimiter = '|', textBlock = """
            TEMPLATE                                                        | WRITES
            plain { text }                                                  | plain { text }
            {{ instance.name }}-{{container.architecture}}                  | c1-x86_64
            {{ config_get("user.a", "x") }}{{ config_get('user.no', "y") }} | Ay
            {{ config["user.a"] }}{{ config.nothing }}                      | A
            {{ devices.eth0.type }} {{ path }} {{ trigger }}                | nic /p create
            {{ properties.default }}                                        | D
            {% if config_get("user.b", "") == "" %}empty{% else %}full{% endif %}      | empty
            {% if instance.privileged == "true" and not config.none %}yes{% endif %}   | yes
            {% if false %}a{% elif trigger == "create" %}b{% elif true %}c{% else %}d{% endif %} | b
            {% if false %}{% if true %}a{% else %}b{% endif %}{% else %}c{% endif %}   | c
            {% if (false or true) && trigger != 'x' %}ok{% endif %}         | ok
            a{# comment {{ x }} #}b                                         | ab
            {{ "a\\"b" }}                                                   | a"b
            {{ true }}                                                      | True
            x  {%- if true -%}  y  {%- endif -%}  z                         | xyz
            """)
    void render_ofTheLanguage(String template, String writes) {
        var names = Map.<String, Object>of(
                "trigger", "create",
                "path", "/p",
                "instance", Map.of("name", "c1", "privileged", "true"),
                "container", Map.of("architecture", "x86_64"),
                "config", CONTEXT.config(),
                "devices", CONTEXT.devices(),
                "properties", Map.of("default", "D"));
        assertEquals(
                writes == null ? "" : writes,
                new String(
                        Template.render(template, names, CONTEXT.config()), java.nio.charset.StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {{ x
            {% if x %}
            {% endif %}
            {% else %}
            {% include "/etc/passwd" %}
            {% for x in config %}
            {{ "x }}
            {{ a b }}
            {{ (a }}
            {{ config }}
            {{ config_get("x") }}
            {{ a|upper }}
            """)
    void render_whatIsNotTheLanguage(String template) {
        assertThrows(
                TemplateError.class,
                () -> Template.render(template, Map.of("config", Map.of("a", "b")), Map.of("a", "b")));
    }

    @Test
    void render_isBounded() {
        var half = "x".repeat(Template.MAX_OUTPUT / 2 + 1);
        assertThrows(
                TemplateError.class,
                () -> Template.render("{{ config.a }}{{ config.a }}", Map.of("config", Map.of("a", half)), Map.of()));
        assertThrows(TemplateError.class, () -> Template.render("{{ " + "(".repeat(5000) + " }}", Map.of(), Map.of()));
    }
}
