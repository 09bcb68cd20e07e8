package io.lightvisor.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// Python's client library, package python3-pylxd, unchanged.
@OnLightvisor
@Needs({Need.ROOT, Need.PYLXD})
final class PylxdTest {
    @Test
    void script_wholeLife(LightvisorHost host) {
        var result = Program.of("/usr/bin/python3", "-c", SCRIPT)
                .with("LXD_DIR", host.lxdDir().toString())
                .run()
                .ok();
        assertEquals("Running\n0 hello\n3\nFrozen\nRunning\nStopped\nok\n", result.out());
    }

    private static final String SCRIPT = """
            import pylxd
            client = pylxd.Client()
            client.profiles.create('p1', config={'user.a': 'b'})
            c = client.containers.create({'name': 'c1', 'profiles': ['default', 'p1'],
                'source': {'type': 'image', 'alias': 'busybox'}}, wait=True)
            c.start(wait=True)
            c.sync()
            print(c.status)
            r = c.execute(['sh', '-c', 'echo hello'])
            print(r.exit_code, r.stdout.strip())
            print(c.execute(['sh', '-c', 'exit 3']).exit_code)
            c.freeze(wait=True); c.sync()
            print(c.status)
            c.unfreeze(wait=True); c.sync()
            print(c.status)
            c.config['user.x'] = 'y'
            c.save(wait=True)
            assert client.containers.get('c1').config['user.x'] == 'y'
            assert c.expanded_config['user.a'] == 'b'
            assert 'eth0' in c.state().network
            c.stop(force=True, wait=True); c.sync()
            print(c.status)
            c.delete(wait=True)
            client.profiles.get('p1').delete()
            assert any(a['name'] == 'busybox' for i in client.images.all() for a in i.aliases)
            print('ok')
            """;
}
