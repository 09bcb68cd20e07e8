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

    @Test
    void script_filesSnapshotsCopies(LightvisorHost host) {
        var result = Program.of("/usr/bin/python3", "-c", FILES_AND_SNAPSHOTS)
                .with("LXD_DIR", host.lxdDir().toString())
                .run()
                .ok();
        assertEquals("ok\n", result.out());
    }

    private static final String FILES_AND_SNAPSHOTS = """
            import os, tempfile, pylxd
            client = pylxd.Client()
            c = client.containers.create({'name': 'c1', 'config': {'user.note': 'first'},
                'source': {'type': 'image', 'alias': 'busybox'}}, wait=True)

            # files of a stopped instance, and of a running one
            for running in (False, True):
                if running:
                    c.start(wait=True)
                data = os.urandom(300000)
                c.files.put('/root/data', data, mode=0o640, uid=5, gid=6)
                assert c.files.get('/root/data') == data
                c.files.put('/root/text', 'some text')
                assert c.files.get('/root/text') == b'some text'
                assert c.files.delete_available()
                c.files.delete('/root/text')
                try:
                    c.files.get('/root/text')
                    raise SystemExit('a deleted file was read')
                except pylxd.exceptions.NotFound:
                    pass
                with tempfile.TemporaryDirectory() as folder:
                    os.makedirs(folder + '/a/b')
                    open(folder + '/a/b/leaf', 'w').write('leaf')
                    c.files.recursive_put(folder, '/root/tree%d' % running)
                assert c.files.get('/root/tree%d/a/b/leaf' % running) == b'leaf'
            code, out, _ = c.execute(['stat', '-c', '%u %g %a', '/root/data'])
            assert (code, out) == (0, '5 6 640\\n'), out

            # snapshots
            c.snapshots.create('one', wait=True)
            c.files.put('/root/data', 'changed')
            assert [s.name for s in c.snapshots.all()] == ['one']
            s = c.snapshots.get('one')
            s.rename('uno', wait=True)
            c.stop(force=True, wait=True)
            c.restore_snapshot('uno', wait=True)
            assert c.files.get('/root/data') == data
            image = c.snapshots.get('uno').publish(wait=True)
            assert image.fingerprint

            # a copy, under another name, and an instance of what was published
            client.containers.create({'name': 'c2', 'profiles': ['default'], 'source': {'type': 'copy', 'source': 'c1'}}, wait=True)
            c2 = client.containers.get('c2')
            assert c2.config['user.note'] == 'first' and [x.name for x in c2.snapshots.all()] == ['uno']
            c2.rename('c3', wait=True)
            c3 = client.containers.get('c3')
            c3.snapshots.get('uno').delete(wait=True)
            assert c3.snapshots.all() == []
            client.containers.create({'name': 'c4',
                'source': {'type': 'image', 'fingerprint': image.fingerprint}}, wait=True)
            c4 = client.containers.get('c4')
            assert c4.files.get('/root/data') == data
            assert c4.get_metadata()['architecture'] if hasattr(c4, 'get_metadata') else True

            # state
            c4.start(wait=True)
            state = c4.state()
            assert state.pid > 0 and state.processes > 0 and state.memory['usage'] > 0, vars(state)
            c4.stop(force=True, wait=True)
            for each in (c, c3, c4):
                each.delete(wait=True)
            image.delete(wait=True)
            print('ok')
            """;

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
