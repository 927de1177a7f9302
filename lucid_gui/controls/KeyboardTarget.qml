// The field that the on-screen keyboard types into, if any.
pragma Singleton
import QtQuick

QtObject {
    id: target

    property Item field: null

    function take(field: Item): void {
        target.field = field;
    }

    function release(field: Item): void {
        if (target.field === field)
            target.field = null;
    }
}
