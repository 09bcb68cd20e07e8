package io.lightvisor.store;

import io.avaje.json.JsonAdapter;
import io.avaje.json.JsonReader;
import io.avaje.json.JsonWriter;
import io.lightvisor.model.DeviceMap;
import java.util.Map;
import java.util.TreeMap;

/// Devices as an object of objects: `{"eth0":{"network":"lxdbr0","type":"nic"}}`.
final class DeviceMapJson implements JsonAdapter<DeviceMap> {
    @Override
    public void toJson(JsonWriter writer, DeviceMap devices) {
        writer.beginObject();
        devices.byName().forEach((name, options) -> {
            writer.name(name);
            writer.beginObject();
            options.forEach((key, value) -> {
                writer.name(key);
                writer.value(value);
            });
            writer.endObject();
        });
        writer.endObject();
    }

    @Override
    public DeviceMap fromJson(JsonReader reader) {
        var devices = new TreeMap<String, Map<String, String>>();
        reader.beginObject();
        while (reader.hasNextField()) {
            String name = reader.nextField();
            var options = new TreeMap<String, String>();
            reader.beginObject();
            while (reader.hasNextField()) {
                String key = reader.nextField();
                options.put(key, reader.readString());
            }
            reader.endObject();
            devices.put(name, options);
        }
        reader.endObject();
        return new DeviceMap(devices);
    }
}
